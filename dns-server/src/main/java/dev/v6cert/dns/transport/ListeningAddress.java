package dev.v6cert.dns.transport;

import java.net.InetSocketAddress;
import java.util.List;

/**
 * An address that a server listens on.
 *
 * @param address the address, with the port that was really bound
 * @param udp the threads that read datagrams there, at least one
 */
public record ListeningAddress(InetSocketAddress address, List<ThreadActivity> udp) {}
