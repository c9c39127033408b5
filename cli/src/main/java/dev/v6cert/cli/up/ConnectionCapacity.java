package dev.v6cert.cli.up;

import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.proxy.Route;
import dev.v6cert.proxy.limit.Capacity;
import java.util.List;
import java.util.Optional;

/** The connections that this process's limit of open files suffices for. */
final class ConnectionCapacity {

  /** Beside those of every server: I/O threads, the inspector, a renewal, the addresses to come. */
  private static final int RESERVED = 80;

  /** A relay leads to a Unix socket, by a connection from this process to itself. */
  private static final int UNIX = 3;

  private ConnectionCapacity() {}

  /** The connections of a run with the routes. */
  static Capacity capacity(List<Route> routes) {
    int each = routes.stream().mapToInt(ConnectionCapacity::each).max().orElse(0);
    return Capacity.of(TcpLimits.capacity(RESERVED).byDescriptors(), each);
  }

  private static int each(Route route) {
    return switch (route.target()) {
      case Route.Target.Server(var upstream) -> upstream.socket().isPresent() ? UNIX : 1;
      case Route.Target.Folder _ -> 0;
    };
  }

  /** The limit in words, with the command that lifts it; empty where it is no matter. */
  static Optional<String> line(Capacity capacity) {
    return capacity.isScarce()
        ? Optional.of(
            "at most "
                + capacity.clients()
                + " connections of clients at a time, as few files may be open (ulimit -n); for"
                + " more: sudo prlimit --nofile=65536 --pid $$, and start it again")
        : Optional.empty();
  }
}
