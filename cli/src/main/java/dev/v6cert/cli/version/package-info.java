/** Which version of the program this is; apart from all else, since it is told at once. */
@NullMarked
package dev.v6cert.cli.version;

import org.jspecify.annotations.NullMarked;
