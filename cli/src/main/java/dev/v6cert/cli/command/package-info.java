/** The subcommands, one class each. */
@NullMarked
package dev.v6cert.cli.command;

import org.jspecify.annotations.NullMarked;
