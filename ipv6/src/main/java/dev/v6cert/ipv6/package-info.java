/** IP addresses as values, with their scope and the way an interface has them. */
@NullMarked
package dev.v6cert.ipv6;

import org.jspecify.annotations.NullMarked;
