package dev.v6cert.acme.challenge.dns;

import dev.v6cert.ipv6.IpAddress;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A place of TXT records that prove names. */
public sealed interface TxtPlace {

  /**
   * This machine answers for them itself on port 53, as long as an order takes.
   *
   * @param address the local address to bind; empty for every address of the machine
   */
  record Here(Optional<InetAddress> address) implements TxtPlace {}

  /**
   * A command of the owner publishes them, in a zone of the owner's.
   *
   * @param command a command line for a shell
   * @param limit the time that each run may take
   * @param propagationLimit the time that the zone's servers have to show a record
   */
  record Hook(String command, Duration limit, Duration propagationLimit) implements TxtPlace {}

  /**
   * A name server takes them by signed updates (RFC 2136).
   *
   * @param host its name or address
   * @param port its TCP port
   * @param keyFile the key that signs, in the syntax of BIND
   * @param propagationLimit the time that the zone's servers have to show a record
   */
  record Update(String host, int port, Path keyFile, Duration propagationLimit)
      implements TxtPlace {}

  /**
   * An acme-dns server takes them by HTTP.
   *
   * @param server the address of its API, with a token where it needs one
   * @param propagationLimit the time that the zone's servers have to show a record
   */
  record AcmeDns(URI server, Duration propagationLimit) implements TxtPlace {}

  /** Its owner has set a record that stays; nothing is published for an order. */
  record ByOwner() implements TxtPlace {}

  /** The place once the machine has another address in place of {@code old}. */
  default TxtPlace moved(IpAddress old, IpAddress other) {
    return switch (this) {
      case Here here when here.address.map(IpAddress::from).filter(old::equals).isPresent() ->
          new Here(Optional.of(other.toInetAddress()));
      case Here here -> here;
      case Hook hook -> hook;
      case Update update -> update;
      case AcmeDns acmeDns -> acmeDns;
      case ByOwner byOwner -> byOwner;
    };
  }
}
