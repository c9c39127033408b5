/** The command line: the program's entry, its commands by name, and the syntax of arguments. */
@NullMarked
package dev.v6cert.cli;

import org.jspecify.annotations.NullMarked;
