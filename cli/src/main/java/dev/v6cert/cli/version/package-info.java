/** The version of the program, apart from all else so that it is printed at once. */
@NullMarked
package dev.v6cert.cli.version;

import org.jspecify.annotations.NullMarked;
