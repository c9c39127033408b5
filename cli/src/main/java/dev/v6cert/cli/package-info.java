/** The command line: one class per subcommand, settings, and every text that a person reads. */
@NullMarked
package dev.v6cert.cli;

import org.jspecify.annotations.NullMarked;
