package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The default routes in {@code /proc/net/route} of Linux, which has those of the main table. */
public final class Ipv4Routes {
  private static final int FIELDS = 8;
  private static final String EVERYWHERE = "00000000";
  private static final int RTF_UP = 0x1;
  private static final int RTF_REJECT = 0x200;

  private Ipv4Routes() {}

  /**
   * A default route.
   *
   * @param device the interface that it goes through
   * @param router the next hop; empty on a point-to-point link
   */
  public record DefaultRoute(String device, Optional<Ipv4Address> router) {}

  /**
   * The default route with the best metric; empty where there is none.
   *
   * @throws IOException when there is no such directory, or a line is not as the kernel writes it
   */
  public static Optional<DefaultRoute> best(Path procNet) throws IOException {
    DefaultRoute best = null;
    long bestMetric = Long.MAX_VALUE;
    for (String line : ProcText.lines(procNet, "route")) {
      String[] fields = ProcText.fields(line.replace('\t', ' '), FIELDS);
      if (fields[1].equals(EVERYWHERE) && fields[7].equals(EVERYWHERE)) {
        DefaultRoute route = route(fields);
        long metric = Long.parseLong(fields[6]);
        if (route != null && metric < bestMetric) {
          best = route;
          bestMetric = metric;
        }
      }
    }
    return Optional.ofNullable(best);
  }

  private static @Nullable DefaultRoute route(String[] fields) throws IOException {
    try {
      int flags = Integer.parseUnsignedInt(fields[3], 16);
      if ((flags & RTF_UP) == 0 || (flags & RTF_REJECT) != 0) {
        return null;
      }
      // In the byte order of the machine, which is little-endian on all that the JDK runs on here.
      int router = Integer.reverseBytes(Integer.parseUnsignedInt(fields[2], 16));
      return new DefaultRoute(
          fields[0], router == 0 ? Optional.empty() : Optional.of(new Ipv4Address(router)));
    } catch (NumberFormatException e) {
      throw new IOException("cannot read the route to \"" + fields[2] + "\"", e);
    }
  }
}
