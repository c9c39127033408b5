/** Sockets: UDP listeners on a thread each, all TCP connections on one thread. */
@NullMarked
package dev.v6cert.dns.transport;

import org.jspecify.annotations.NullMarked;
