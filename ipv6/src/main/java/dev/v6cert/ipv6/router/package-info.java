/** The home router before this machine, and the holes that it is asked to make in its firewall. */
@NullMarked
package dev.v6cert.ipv6.router;

import org.jspecify.annotations.NullMarked;
