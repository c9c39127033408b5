package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;

/** In a namespace: maps a port, says so, and takes the mapping away when its input ends. */
final class MappingProbe {

  private MappingProbe() {}

  /** Prints what would be remembered. */
  private static final class PrintedJournal implements PortMapping.Journal {
    @Override
    public void permanent(int outerPort) {
      System.out.println("permanent " + outerPort);
    }

    @Override
    public void gone() {
      System.out.println("gone");
    }
  }

  public static void main(String[] arguments) throws IOException {
    int outer = Integer.parseInt(arguments[0]);
    int port = Integer.parseInt(arguments[1]);
    long start = System.nanoTime();
    try (PortMapping mapping =
        arguments.length == 2
            ? PortMapping.open(outer, port, new PrintedJournal())
            : PortMapping.open(
                DefaultRouter.findIpv4().orElseThrow(),
                Ipv4Address.parse(arguments[2]),
                outer,
                port,
                new PrintedJournal())) {
      System.out.println("open by " + mapping.protocol() + " at " + mapping.outside());
      int _ = System.in.read();
    } catch (NoMappingException e) {
      System.out.println(e.reason());
    }
    System.out.println("after " + (System.nanoTime() - start) / 1_000_000_000 + " s");
  }
}
