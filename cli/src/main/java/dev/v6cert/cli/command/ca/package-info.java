/** The commands of the local CA. */
@NullMarked
package dev.v6cert.cli.command.ca;

import org.jspecify.annotations.NullMarked;
