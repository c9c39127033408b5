/**
 * The demands of the RFCs on an authoritative server, tried on real sockets with hand-made packets.
 */
@NullMarked
package dev.v6cert.dns.conformance;

import org.jspecify.annotations.NullMarked;
