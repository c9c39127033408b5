/** IP addresses as values: what they are, what they are for, and how an interface has them. */
@NullMarked
package dev.v6cert.ipv6;

import org.jspecify.annotations.NullMarked;
