/** Keys of signed messages (RFC 8945): read from files, and messages verified and signed. */
@NullMarked
package dev.v6cert.dns.tsig;

import org.jspecify.annotations.NullMarked;
