package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.detect.Ipv4Routes;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;

/** The next hop of this machine's default route. */
public final class DefaultRouter {

  private static final Path ROUTES = Path.of("/proc/net/ipv6_route");
  private static final String DEFAULT_PREFIX = "0".repeat(32) + " 00 ";
  private static final int FIELDS = 10;
  private static final int RTF_GATEWAY = 0x2;

  private DefaultRouter() {}

  /**
   * The router with the best metric; empty where there is none, or this is no Linux.
   *
   * @throws IOException when the routes cannot be read
   */
  public static Optional<InetAddress> find() throws IOException {
    if (!Files.isReadable(ROUTES)) {
      return Optional.empty();
    }
    Optional<InetAddress> best = Optional.empty();
    long bestMetric = Long.MAX_VALUE;
    for (String line : Files.readAllLines(ROUTES)) {
      String[] fields = line.strip().split("\\s+", -1);
      if (!line.startsWith(DEFAULT_PREFIX)
          || fields.length < FIELDS
          || (Long.parseLong(fields[8], 16) & RTF_GATEWAY) == 0) {
        continue;
      }
      long metric = Long.parseLong(fields[5], 16);
      if (metric < bestMetric) {
        bestMetric = metric;
        best = Optional.of(address(fields[4], fields[9]));
      }
    }
    return best;
  }

  /**
   * The IPv4 router with the best metric; empty where there is none, or this is no Linux.
   *
   * @throws IOException when the routes cannot be read
   */
  public static Optional<InetAddress> findIpv4() throws IOException {
    Path procNet = Path.of("/proc/net");
    return Files.isDirectory(procNet)
        ? Ipv4Routes.best(procNet)
            .flatMap(Ipv4Routes.DefaultRoute::router)
            .map(router -> router.toInetAddress())
        : Optional.empty();
  }

  private static InetAddress address(String digits, String device) throws IOException {
    Ipv6Address address = Ipv6Address.of(HexFormat.of().parseHex(digits));
    NetworkInterface on = NetworkInterface.getByName(device);
    return on != null && address.toInetAddress().isLinkLocalAddress()
        ? Inet6Address.getByAddress("", address.octets(), on)
        : address.toInetAddress();
  }
}
