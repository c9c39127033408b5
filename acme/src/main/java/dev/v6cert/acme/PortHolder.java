package dev.v6cert.acme;

import java.net.InetSocketAddress;

/**
 * A process that listens on a port.
 *
 * @param address what it is bound to
 * @param pid its process id
 * @param name its short name
 */
public record PortHolder(InetSocketAddress address, long pid, String name) {}
