/** Sockets: UDP listeners on platform threads, TCP connections on virtual threads. */
@NullMarked
package dev.v6cert.dns.transport;

import org.jspecify.annotations.NullMarked;
