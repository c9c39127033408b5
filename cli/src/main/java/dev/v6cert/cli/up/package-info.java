/** Serves a local server or folder at this machine's name, until it is told to stop. */
@NullMarked
package dev.v6cert.cli.up;

import org.jspecify.annotations.NullMarked;
