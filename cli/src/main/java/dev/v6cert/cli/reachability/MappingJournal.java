package dev.v6cert.cli.reachability;

import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.router.OuterPort;
import dev.v6cert.ipv6.router.PortMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The mapping without an end that the router may still have, in a file of the state directory. It
 * is there from before the router is asked until the mapping is gone.
 *
 * @param directory the state directory
 * @param name of the file; a mapping that is held beside others has one of its own
 */
public record MappingJournal(StateDirectory directory, String name) implements PortMapping.Journal {

  private static final String FILE = "port-mapping";
  private static final String UDP = " UDP"; // TCP has no word: older versions wrote none.

  /**
   * The journal of a mapping that an order needs. Those for DNS queries have one each, beside that
   * of the port of HTTP-01 or TLS-ALPN-01.
   */
  public static MappingJournal ofOrder(StateDirectory directory, OuterPort outer) {
    return new MappingJournal(
        directory,
        outer.number() == ChallengeType.DNS_01.port() ? FILE + "-dns-" + words(outer) : FILE);
  }

  /** The journal of a mapping of that port which is held beside those of orders. */
  static MappingJournal held(StateDirectory directory, OuterPort outer) {
    return new MappingJournal(directory, FILE + "-" + outer.number());
  }

  private static String words(OuterPort outer) {
    return outer.transport().name().toLowerCase(Locale.ROOT);
  }

  private Path file() {
    return directory.root().resolve(name);
  }

  @Override
  public void permanent(OuterPort outer) throws IOException {
    Files.createDirectories(directory.root());
    boolean udp = outer.transport() == IpProtocol.UDP;
    DurableFiles.write(file(), outer.number() + (udp ? UDP : "") + "\n");
  }

  @Override
  public void gone() throws IOException {
    Files.deleteIfExists(file());
  }

  /** Takes away what a run that was killed left; a router that does not answer is asked later. */
  public void removeLeftover() {
    try {
      if (Files.exists(file())) {
        String text = Files.readString(file()).strip();
        IpProtocol transport = text.endsWith(UDP) ? IpProtocol.UDP : IpProtocol.TCP;
        int number = Integer.parseInt(text.replace(UDP, ""));
        PortMapping.removeLeftover(new OuterPort(transport, number), this);
      }
    } catch (IOException | NumberFormatException e) {
      // The file stays, and the next run tries again.
    }
  }
}
