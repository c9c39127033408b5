/** The answers to the most common queries, made in the place of the query, without allocating. */
@NullMarked
package dev.v6cert.dns.fast;

import org.jspecify.annotations.NullMarked;
