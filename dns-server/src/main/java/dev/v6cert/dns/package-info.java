/** The authoritative magic DNS server: names that carry addresses, answered over UDP and TCP. */
@NullMarked
package dev.v6cert.dns;

import org.jspecify.annotations.NullMarked;
