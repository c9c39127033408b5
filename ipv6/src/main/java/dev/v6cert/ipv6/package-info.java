/** IPv6 addresses of this machine: what they are, where they come from, which one to use. */
@NullMarked
package dev.v6cert.ipv6;

import org.jspecify.annotations.NullMarked;
