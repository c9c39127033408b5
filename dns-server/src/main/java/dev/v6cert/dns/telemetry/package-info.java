/** The views of a running server: counters, metrics over HTTP, and a log of queries. */
@NullMarked
package dev.v6cert.dns.telemetry;

import org.jspecify.annotations.NullMarked;
