package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.HostInterface;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The default routes in {@code /proc/net/ipv6_route}. That file has the routes of every table
 * without saying which; the main table's are not told apart.
 */
final class ProcRoutes {
  private static final int FIELDS = 10;
  private static final String DEFAULT_PREFIX = "00000000000000000000000000000000 00 ";
  private static final int RTF_UP = 0x1;
  private static final int RTF_REJECT = 0x200;
  private static final int PREFERENCE_SHIFT = 27;

  private ProcRoutes() {}

  /** A default route, and what makes it better than another: in each number, less is better. */
  private record Route(
      String to, int forSomeSources, int down, long metric, int preference, int tunnel) {

    boolean isBetterThan(Route other) {
      int difference = Integer.compare(forSomeSources, other.forSomeSources);
      difference = difference != 0 ? difference : Integer.compare(down, other.down);
      difference = difference != 0 ? difference : Long.compare(metric, other.metric);
      difference = difference != 0 ? difference : Integer.compare(preference, other.preference);
      difference = difference != 0 ? difference : Integer.compare(tunnel, other.tunnel);
      return difference < 0;
    }
  }

  /**
   * The name of the interface of the best default route, empty when there is no such route.
   *
   * @param interfaces those that have an IPv6 address, by name
   */
  static Optional<String> defaultInterface(String[] lines, Map<String, HostInterface> interfaces)
      throws IOException {
    Route best = null;
    for (String line : lines) {
      if (line.startsWith(DEFAULT_PREFIX)) {
        Route route = route(line, interfaces);
        if (route != null && (best == null || route.isBetterThan(best))) {
          best = route;
        }
      }
    }
    return best == null ? Optional.empty() : Optional.of(best.to);
  }

  private static @Nullable Route route(String line, Map<String, HostInterface> interfaces)
      throws IOException {
    String[] fields = ProcText.fields(line, FIELDS);
    try {
      int flags = Integer.parseUnsignedInt(fields[8], 16);
      if ((flags & RTF_UP) == 0 || (flags & RTF_REJECT) != 0) {
        return null;
      }
      HostInterface to = interfaces.get(fields[9]);
      return new Route(
          fields[9],
          fields[3].equals("00") ? 0 : 1,
          to == null || to.up() ? 0 : 1,
          Long.parseLong(fields[5], 16),
          order(flags >>> PREFERENCE_SHIFT & 3),
          to != null && to.tunnel() ? 1 : 0);
    } catch (NumberFormatException e) {
      throw new IOException("cannot read the route \"" + line + "\"", e);
    }
  }

  /** The router preference of RFC 4191 section 2.1, high first. */
  private static int order(int preference) {
    return switch (preference) {
      case 1 -> 0;
      case 3 -> 2;
      default -> 1;
    };
  }
}
