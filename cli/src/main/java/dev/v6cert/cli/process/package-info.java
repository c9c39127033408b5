/** The process: signals, name resolution and the logs of libraries. */
@NullMarked
package dev.v6cert.cli.process;

import org.jspecify.annotations.NullMarked;
