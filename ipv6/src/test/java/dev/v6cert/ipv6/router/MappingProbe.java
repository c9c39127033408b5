package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;

/**
 * In a namespace: maps a port, says so, and takes the mapping away when its input ends. The
 * arguments: the outer port, as {@code 80} or {@code UDP/53}; the port here; and the address that
 * it is for, where that is not this machine's towards the router.
 */
final class MappingProbe {

  private MappingProbe() {}

  /** Prints what would be remembered. */
  private static final class PrintedJournal implements PortMapping.Journal {
    @Override
    public void permanent(OuterPort outer) {
      System.out.println("permanent " + outer.text());
    }

    @Override
    public void gone() {
      System.out.println("gone");
    }
  }

  public static void main(String[] arguments) throws IOException {
    String[] outer = arguments[0].split("/", -1);
    PortRoute route =
        new PortRoute(
            new OuterPort(
                outer.length == 1 ? IpProtocol.TCP : IpProtocol.valueOf(outer[0]),
                Integer.parseInt(outer[outer.length - 1])),
            Integer.parseInt(arguments[1]));
    long start = System.nanoTime();
    try (PortMapping mapping =
        arguments.length == 2
            ? PortMapping.open(route, new PrintedJournal())
            : PortMapping.open(
                DefaultRouter.findIpv4().orElseThrow(),
                Ipv4Address.parse(arguments[2]),
                route,
                new PrintedJournal())) {
      System.out.println("open by " + mapping.protocol() + " at " + mapping.outside());
      int _ = System.in.read();
    } catch (NoMappingException e) {
      System.out.println(e.reason());
    }
    System.out.println("after " + (System.nanoTime() - start) / 1_000_000_000 + " s");
  }
}
