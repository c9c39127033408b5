/** Trains the caches that make a start quick. */
@NullMarked
package dev.v6cert.cli.warmup;

import org.jspecify.annotations.NullMarked;
