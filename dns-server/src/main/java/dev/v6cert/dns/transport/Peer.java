package dev.v6cert.dns.transport;

import java.net.InetSocketAddress;

/**
 * Who sent a message, and how.
 *
 * @param address where the answer goes
 * @param transport what it came by
 */
public record Peer(InetSocketAddress address, Transport transport) {}
