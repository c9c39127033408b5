package dev.v6cert.dns.transfer;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A name server that follows the hosted zone.
 *
 * @param address where it takes NOTIFY messages
 * @param key the name of the key that signs these; the first one of the file where empty
 */
public record Secondary(InetSocketAddress address, Optional<String> key) {}
