/** Names that carry addresses: DNS names, zones, and the codec between name and address. */
@NullMarked
package dev.v6cert.ipv6.name;

import org.jspecify.annotations.NullMarked;
