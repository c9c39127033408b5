/** This machine's packet filter: whether it lets a stranger's connection in. */
@NullMarked
package dev.v6cert.ipv6.firewall;

import org.jspecify.annotations.NullMarked;
