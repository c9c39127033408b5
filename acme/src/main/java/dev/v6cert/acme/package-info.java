/** Certificates by ACME (RFC 8555): accounts, orders, and the store that survives anything. */
@NullMarked
package dev.v6cert.acme;

import org.jspecify.annotations.NullMarked;
