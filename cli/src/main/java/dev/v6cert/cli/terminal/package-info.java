/** Output for people and scripts: results, progress, colour and JSON. */
@NullMarked
package dev.v6cert.cli.terminal;

import org.jspecify.annotations.NullMarked;
