package dev.v6cert.cli.provision;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.dns.lookup.ResolverLookup;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** Asks the system's resolver whether a name leads to an address, before a CA does. */
public final class DnsCheck {

  private DnsCheck() {}

  /**
   * Checks the name.
   *
   * @throws CliFailureException {@link CliFailure.NameUnresolved}, {@link CliFailure.DnsSilent} or
   *     {@link CliFailure.NameElsewhere}
   */
  public static void check(HostName name, IpAddress address) throws CliFailureException {
    List<String> found = addresses(name);
    if (!found.contains(address.toString())) {
      throw new CliFailureException(
          new CliFailure.NameElsewhere(name.text(), address.toString(), found));
    }
  }

  /**
   * The addresses that the name leads to, at least one.
   *
   * @throws CliFailureException {@link CliFailure.NameUnresolved} or {@link CliFailure.DnsSilent}
   */
  static List<String> addresses(HostName name) throws CliFailureException {
    List<String> found = new ArrayList<>();
    try {
      for (InetAddress one : InetAddress.getAllByName(name.text())) {
        found.add(IpAddress.from(one).toString());
      }
    } catch (UnknownHostException e) {
      throw new CliFailureException(
          ResolverLookup.answers(name.text())
              ? new CliFailure.NameUnresolved(name.text(), reason(e))
              : new CliFailure.DnsSilent(name.text(), reason(e)));
    }
    return found;
  }

  /** The resolver's own words, without the name that the JDK puts before them. */
  private static String reason(UnknownHostException e) {
    String message = String.valueOf(e.getMessage());
    return message.substring(message.indexOf(": ") + 1).strip();
  }
}
