package dev.v6cert.cli.dns;

import dev.v6cert.acme.challenge.dns.ChallengeRecord;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.terminal.SocketText;
import dev.v6cert.dns.lookup.ResolverLookup;
import dev.v6cert.dns.publish.TxtQuery;
import dev.v6cert.dns.publish.TxtServer;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * Whether DNS queries reach this machine, tried without a CA: a resolver is asked for a random name
 * that the magic zone leads here. Its query over UDP is told to come back by TCP, so that both are
 * seen.
 *
 * @param socket the local address and port that the records of an order would be served on
 * @param name the magic name
 * @param resolver who is asked; empty for the system's own resolvers
 */
public record InboundQueryCheck(
    InetSocketAddress socket, HostName name, Optional<InetSocketAddress> resolver) {

  private static final String CHECK = "dns-01";
  private static final String ASK_ANOTHER =
      "ask one outside of this network: check --wildcard --resolver 1.1.1.1";

  /** Letters that are in no address: eight or more digits would read as one. */
  private static final String LETTERS = "ghijklmnopqrstuvwxyz";

  private static final int NONCE = 16;
  private static final String VALUE = "v6cert";

  /** Tries it; empty where the port cannot be bound, which another check tells. */
  public Optional<Finding> look() {
    List<TxtQuery> queries = new CopyOnWriteArrayList<>();
    HostName zone = ChallengeRecord.zone(name);
    HostName probe = zone.under(nonce());
    try (TxtServer server =
        TxtServer.listen(
            socket,
            List.of(zone),
            query -> {
              if (query.name().equalsIgnoreCase(probe.text())) {
                queries.add(query);
              }
            })) {
      server.addForTcp(probe, VALUE);
      return Optional.of(finding(queries, answer(probe)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String nonce() {
    SecureRandom random = new SecureRandom();
    return random
        .ints(NONCE, 0, LETTERS.length())
        .mapToObj(i -> LETTERS.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  /** The words of the resolver. */
  private String answer(HostName probe) {
    try {
      return ResolverLookup.txt(probe, resolver).contains(VALUE) ? VALUE : "it found nothing";
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private Finding finding(List<TxtQuery> queries, String answer) {
    if (queries.isEmpty()) {
      return Finding.fail(
          CHECK,
          "no DNS query reached " + port() + " here; the resolver that was asked says: " + answer,
          opening() + "; or " + ASK_ANOTHER,
          ExitStatus.NOT_PERMITTED);
    }
    String from =
        queries.stream()
            .map(query -> SocketText.of(query.from()).replaceFirst(":\\d+$", ""))
            .distinct()
            .limit(3)
            .collect(Collectors.joining(", "));
    if (queries.stream().noneMatch(TxtQuery::byTcp)) {
      return Finding.warn(
          CHECK,
          "DNS queries reach " + port() + " here by UDP, but not by TCP (from " + from + ")",
          "open TCP port 53, too: some of the CA's resolvers use it");
    }
    if (queries.stream().allMatch(query -> isNear(query.from().getAddress(), query.at()))) {
      return Finding.warn(
          CHECK,
          "DNS queries reach " + port() + " here, but from this network only (" + from + ")",
          "they say nothing about the router; " + ASK_ANOTHER);
    }
    return Finding.ok(
        CHECK, "DNS queries reach " + port() + " here by UDP and TCP (from " + from + ")");
  }

  private String port() {
    return "port " + socket.getPort();
  }

  /** The way in for queries: behind NAT the router leads its port here. */
  private String opening() {
    return IpAddress.from(socket.getAddress()).scope().isPublic()
        ? "open UDP and TCP port 53 in the router and at the provider"
        : "have the router lead UDP and TCP port 53 here (--open-port), and the provider let them in";
  }

  /** Whether an address is private, or in the same /64 as ours. */
  static boolean isNear(InetAddress from, InetSocketAddress at) {
    byte[] theirs = from.getAddress();
    byte[] ours = at.getAddress().getAddress();
    return !IpAddress.from(from).scope().isPublic()
        || (theirs.length == ours.length
            && Arrays.equals(theirs, 0, theirs.length / 2, ours, 0, ours.length / 2));
  }
}
