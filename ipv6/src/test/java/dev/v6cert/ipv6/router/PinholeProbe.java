package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv6Address;

/** In a namespace: opens a pinhole, says so, and closes it when its standard input ends. */
final class PinholeProbe {

  private PinholeProbe() {}

  public static void main(String[] arguments) throws Exception {
    Ipv6Address address = Ipv6Address.parse(arguments[0]);
    int port = Integer.parseInt(arguments[1]);
    try (Pinhole pinhole =
        Pinhole.open(
            DefaultRouter.find().orElseThrow(),
            address,
            port,
            IpProtocol.valueOf(arguments.length > 2 ? arguments[2] : "TCP"))) {
      System.out.println("open by " + pinhole.protocol());
      int _ = System.in.read();
    } catch (RouterException e) {
      System.out.println(e.getMessage());
    }
  }
}
