/** What a person or a script sees: results, progress, colour and JSON. */
@NullMarked
package dev.v6cert.cli.terminal;

import org.jspecify.annotations.NullMarked;
