/** Generates manual pages and shell completions from the commands' descriptions. */
@NullMarked
package dev.v6cert.cli.manual;

import org.jspecify.annotations.NullMarked;
