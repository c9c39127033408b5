/** Checks that run before an order, and their results. */
@NullMarked
package dev.v6cert.cli.check;

import org.jspecify.annotations.NullMarked;
