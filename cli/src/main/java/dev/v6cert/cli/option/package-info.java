/** The declared options, their parsers, and the questions that stand in for an option. */
@NullMarked
package dev.v6cert.cli.option;

import org.jspecify.annotations.NullMarked;
