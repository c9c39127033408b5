package dev.v6cert.cli.up;

import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorText;
import dev.v6cert.cli.option.UpSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.proxy.Route;
import dev.v6cert.proxy.upstream.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The targets of requests, as they are typed: a port, a folder, or {@code /path=} and one of them.
 *
 * @param routes no two of the same path
 */
public record Routes(List<Route> routes) {

  private static final int MAX_PORT = 65535;
  private static final String UNIX = "unix";
  private static final int HTTP = 80;
  private static final int HTTPS = 443;
  private static final String LOCALHOST = "localhost";
  private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1");
  private static final int CONNECT_MILLIS = 500;
  private static final String NEXT = "v6cert up 3000, v6cert up ./dist, v6cert up 3000 /api=8080";

  /**
   * The routes that were typed, or else those of a settings file.
   *
   * @throws CliFailureException as a wrong use, when there are none, or one makes no sense
   */
  public static Routes of(List<String> words, Settings settings) throws CliFailureException {
    boolean typed = !words.isEmpty() || settings.isTyped(UpSettings.TO);
    Routes routes = checked(typed ? words : settings.values(UpSettings.SERVE), settings);
    if (routes.routes().isEmpty()) {
      throw CliFailureException.usage("there is nothing to serve", NEXT);
    }
    return routes;
  }

  /** The routes that were typed beside a command; for every other path it is its server. */
  public static Routes beside(List<String> words, Settings settings) throws CliFailureException {
    Routes routes = checked(words, settings);
    if (routes.routes().stream().anyMatch(route -> route.prefix().equals("/"))) {
      throw CliFailureException.usage(
          "two things are to be served for every path",
          "give one of them a path of its own: /api=8080");
    }
    return routes;
  }

  /** These, and a server of this machine for every other path. */
  Routes with(int port, Settings settings) {
    List<Route> all = new ArrayList<>(routes);
    boolean keepHost = settings.value(UpSettings.KEEP_HOST);
    all.add(
        new Route("/", new Route.Target.Server(new Upstream(false, LOCALHOST, port, keepHost))));
    return new Routes(all);
  }

  private static Routes checked(List<String> words, Settings settings) throws CliFailureException {
    boolean keepHost = settings.value(UpSettings.KEEP_HOST);
    List<Route> routes = new ArrayList<>();
    Optional<URI> to = settings.find(UpSettings.TO);
    if (to.isPresent()) {
      routes.add(new Route("/", new Route.Target.Server(server(to.get(), keepHost))));
    }
    for (String word : words) {
      routes.add(route(word, keepHost));
    }
    Set<String> prefixes = new HashSet<>();
    for (Route route : routes) {
      if (!prefixes.add(route.prefix())) {
        throw CliFailureException.usage(
            route.prefix().equals("/")
                ? "two things are to be served for every path"
                : "the path " + route.prefix() + " is there twice",
            "give one of them a path of its own: /api=8080");
      }
    }
    return new Routes(routes);
  }

  private static Upstream server(URI address, boolean keepHost) {
    if (address.getScheme().equals(UNIX)) {
      return Upstream.unix(Path.of(address.getPath()), keepHost);
    }
    boolean tls = address.getScheme().equals("https");
    String host = address.getHost();
    String literal = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    int port = address.getPort() > 0 ? address.getPort() : tls ? HTTPS : HTTP;
    return new Upstream(tls, literal, port, keepHost);
  }

  private static Route route(String word, boolean keepHost) throws CliFailureException {
    int equals = word.startsWith("/") ? word.indexOf('=') : -1;
    if (equals < 0) {
      return new Route("/", target(word, keepHost));
    }
    String prefix = word.substring(0, equals);
    String whole =
        prefix.length() > 1 && prefix.endsWith("/")
            ? prefix.substring(0, prefix.length() - 1)
            : prefix;
    try {
      return new Route(whole, target(word.substring(equals + 1), keepHost));
    } catch (IllegalArgumentException e) {
      throw CliFailureException.usage(
          ErrorText.typed(prefix) + " is not a path: " + e.getMessage(), NEXT);
    }
  }

  private static Route.Target target(String word, boolean keepHost) throws CliFailureException {
    if (word.matches("[0-9]+")) {
      int port = word.length() > 5 ? MAX_PORT + 1 : Integer.parseInt(word);
      if (port < 1 || port > MAX_PORT) {
        throw CliFailureException.usage(
            word + " is not a port", "a port is a number from 1 to " + MAX_PORT);
      }
      return new Route.Target.Server(new Upstream(false, LOCALHOST, port, keepHost));
    }
    if (word.startsWith(UNIX + ":/")) {
      Path socket = Path.of(word.substring(UNIX.length() + 1)).normalize();
      return new Route.Target.Server(Upstream.unix(socket, keepHost));
    }
    Path folder = Path.of(word).toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw CliFailureException.usage(
          ErrorText.typed(word) + " is neither a port nor a folder",
          Files.exists(folder) ? "name the folder that it is in" : NEXT);
    }
    if (!Files.isReadable(folder) || !Files.isExecutable(folder)) {
      throw CliFailureException.usage(
          "this user may not read the folder " + folder, "chmod a+rX " + folder);
    }
    return new Route.Target.Folder(folder);
  }

  /** The target of each, in words. */
  List<String> lines() {
    return routes.stream()
        .map(route -> (routes.size() == 1 ? "" : route.prefix() + " → ") + route.target().text())
        .toList();
  }

  /** The servers of this machine that take no connection at this moment. */
  List<Upstream> silent() {
    return routes.stream()
        .flatMap(route ->
            route.target() instanceof Route.Target.Server(var it) ? Stream.of(it) : Stream.empty())
        .filter(server -> server.socket().isEmpty() && server.host().equals(LOCALHOST))
        .filter(server -> LOOPBACK.stream().noneMatch(address -> connects(address, server.port())))
        .toList();
  }

  private static boolean connects(String address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral(address), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
