/** The vocabulary of ACME (RFC 8555): requests, events, failures; on the JDK alone. */
@NullMarked
package dev.v6cert.acme;

import org.jspecify.annotations.NullMarked;
