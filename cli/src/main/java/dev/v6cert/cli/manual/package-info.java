/** What is generated from the commands' descriptions: manual pages and shell completions. */
@NullMarked
package dev.v6cert.cli.manual;

import org.jspecify.annotations.NullMarked;
