/** Basics of every module: a monotonic clock, both ends of TLS, durable files, other programs. */
@NullMarked
package dev.v6cert.base;

import org.jspecify.annotations.NullMarked;
