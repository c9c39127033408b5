/** What can go wrong, as people read it: typed failures, their three lines and exit codes. */
@NullMarked
package dev.v6cert.cli.failure;

import org.jspecify.annotations.NullMarked;
