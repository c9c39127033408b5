/** Basics of every module: a monotonic clock that tests can turn, and both ends of TLS. */
@NullMarked
package dev.v6cert.base;

import org.jspecify.annotations.NullMarked;
