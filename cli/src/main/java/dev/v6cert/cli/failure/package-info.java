/** Failures as people read them: types, texts of at most three lines, exit codes. */
@NullMarked
package dev.v6cert.cli.failure;

import org.jspecify.annotations.NullMarked;
