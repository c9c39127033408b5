/** The subcommands, one class each, and their contract. */
@NullMarked
package dev.v6cert.cli.command;

import org.jspecify.annotations.NullMarked;
