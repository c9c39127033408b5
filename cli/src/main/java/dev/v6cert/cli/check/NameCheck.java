package dev.v6cert.cli.check;

import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.dns.lookup.ZoneLookup;
import dev.v6cert.dns.lookup.ZoneLookup.ServerReply;
import dev.v6cert.dns.lookup.ZoneLookup.ServerReply.Reply;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Whether a name leads here: by the system's resolver, and by the name servers of its zone, which
 * are what the CA goes by.
 */
public final class NameCheck {

  private static final String CHECK = "name";

  private final HostName name;
  private final List<IpAddress> addresses;
  private final List<InetAddress> bySystem = new ArrayList<>();
  private final List<ServerReply> wrong = new ArrayList<>();
  private final List<ServerReply> silent = new ArrayList<>();
  private final List<InetAddress> others = new ArrayList<>();
  private int right;

  private NameCheck(HostName name, List<IpAddress> addresses) {
    this.name = name;
    this.addresses = List.copyOf(addresses);
  }

  /**
   * Asks both.
   *
   * @param addresses all that it is to lead to
   * @param resolver who is asked for the zone's name servers; empty for the system's resolvers
   */
  public static Finding of(
      HostName name, List<IpAddress> addresses, Optional<InetSocketAddress> resolver)
      throws InterruptedException {
    NameCheck check = new NameCheck(name, addresses);
    try {
      check.bySystem.addAll(List.of(InetAddress.getAllByName(name.text())));
    } catch (UnknownHostException e) {
      // That it knows none is told by the empty list.
    }
    try {
      return check.finding(ZoneLookup.of(name, resolver));
    } catch (IOException e) {
      return check.bySystem.isEmpty()
          ? Finding.fail(
              CHECK,
              "no DNS server answers for " + name + ": " + e.getMessage(),
              "check the network and /etc/resolv.conf",
              ExitStatus.UNAVAILABLE)
          : check.unseen("the DNS cannot be asked: " + e.getMessage());
    }
  }

  private Finding finding(ZoneLookup zone) {
    for (ServerReply server : zone.servers()) {
      switch (server.reply()) {
        case Reply.Addresses found when leadsHere(found.addresses()) -> {
          right++;
          found.addresses().stream()
              .filter(other -> !isOurs(other) && !others.contains(other))
              .forEach(others::add);
        }
        case Reply.Silent _ -> silent.add(server);
        default -> wrong.add(server);
      }
    }
    if (!wrong.isEmpty()) {
      return elsewhere(wrong.getFirst());
    }
    if (right == 0) {
      return unseen(
          zone.zone().isEmpty()
              ? "no zone of the name was found"
              : "no name server of " + zone.zone().get() + " could be asked");
    }
    return here(right + " of " + zone.servers().size() + " name servers of the zone");
  }

  private Finding elsewhere(ServerReply server) {
    String says =
        switch (server.reply()) {
          case Reply.Addresses found when found.addresses().isEmpty() -> "knows no address for it";
          case Reply.Addresses found -> "says " + text(found.addresses());
          case Reply.Refused refused -> "answers " + refused.rcode();
          case Reply.Silent _ -> throw new IllegalStateException("silent servers say nothing");
        };
    return Finding.fail(
        CHECK,
        name + " does not lead to " + ours() + ": the name server " + server.server() + " " + says,
        "correct the DNS, or pass the right --address or --zone",
        ExitStatus.CONFIGURATION);
  }

  /** The finding when the zone's own servers do not answer. */
  private Finding unseen(String why) {
    if (bySystem.isEmpty()) {
      return Finding.fail(
          CHECK,
          "the DNS does not know " + name + ": " + why,
          "check the --zone, or this machine's resolver",
          ExitStatus.UNAVAILABLE);
    }
    if (!leadsHere(bySystem)) {
      return Finding.fail(
          CHECK,
          name + " does not lead to " + ours() + ": this machine's resolver says " + text(bySystem),
          "correct the DNS, or pass the right --address or --zone",
          ExitStatus.CONFIGURATION);
    }
    return Finding.warn(
        CHECK,
        name + " leads here, by this machine's resolver alone: " + why,
        "look whether port 53 is blocked on the way out; the CA may see more than this machine");
  }

  private Finding here(String servers) {
    if (!leadsHere(bySystem)) {
      return Finding.warn(
          CHECK,
          name
              + " leads here by "
              + servers
              + ", but this machine's resolver says "
              + (bySystem.isEmpty() ? "nothing" : text(bySystem)),
          "obtain with --no-dns-check, or correct the resolver (a filter, or an old answer)");
    }
    if (!others.isEmpty()) {
      return Finding.warn(
          CHECK,
          name + " leads here, but also to " + text(others) + ", which the CA may ask instead",
          "remove from the DNS what is not this machine");
    }
    if (!silent.isEmpty()) {
      return Finding.warn(
          CHECK,
          name
              + " leads here by "
              + servers
              + "; no answer from "
              + silent.getFirst().server()
              + " at "
              + silent.getFirst().address().getHostAddress(),
          "none, if only this machine cannot reach it; else tell the operator of the zone");
    }
    return Finding.ok(
        CHECK, name + " leads here: this machine's resolver and " + servers + " agree");
  }

  private static String text(List<InetAddress> addresses) {
    return addresses.stream()
        .map(one -> IpAddress.from(one).toString())
        .collect(Collectors.joining(", "));
  }

  private boolean leadsHere(List<InetAddress> found) {
    return addresses.stream().allMatch(address -> found.contains(address.toInetAddress()));
  }

  private boolean isOurs(InetAddress found) {
    return addresses.contains(IpAddress.from(found));
  }

  private String ours() {
    return addresses.stream().map(IpAddress::toString).collect(Collectors.joining(" and "));
  }
}
