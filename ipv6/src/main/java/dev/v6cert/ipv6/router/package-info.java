/**
 * The home router before this machine: holes in its IPv6 firewall, and ports that it maps by IPv4.
 */
@NullMarked
package dev.v6cert.ipv6.router;

import org.jspecify.annotations.NullMarked;
