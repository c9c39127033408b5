package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.localca.validation.NameLookup;
import dev.v6cert.acme.localca.validation.Validator;
import dev.v6cert.ipv6.AddressBlock;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;

/**
 * The settings of a server.
 *
 * @param listen the address for HTTPS
 * @param allowed the networks of the peers, all private; none for every private network
 * @param bound whether accounts are opened only with the {@link Credentials}
 * @param names what peers call this machine, asked for again every minute
 * @param lookup the way from names to addresses
 * @param ports the ports of peers that are asked
 * @param limits the share of each peer
 */
public record LocalAcmeServerConfig(
    InetSocketAddress listen,
    List<AddressBlock> allowed,
    boolean bound,
    Supplier<List<Subject>> names,
    NameLookup lookup,
    Validator.Ports ports,
    PeerLimits limits) {

  /** Copies the list. */
  public LocalAcmeServerConfig {
    allowed = List.copyOf(allowed);
  }

  /** A server that asks the system for names, and peers on the standard ports. */
  public LocalAcmeServerConfig(
      InetSocketAddress listen,
      List<AddressBlock> allowed,
      boolean bound,
      Supplier<List<Subject>> names) {
    this(
        listen,
        allowed,
        bound,
        names,
        NameLookup.SYSTEM,
        Validator.Ports.STANDARD,
        PeerLimits.STANDARD);
  }
}
