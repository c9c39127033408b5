package dev.v6cert.proxy;

import dev.v6cert.proxy.page.Page;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.resource.PathResourceManager;
import io.undertow.server.handlers.resource.ResourceHandler;
import io.undertow.server.handlers.resource.ResourceManager;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Serves the files of a folder. Names that begin with a dot are not served, but for {@code
 * .well-known}: what lies there, such as {@code .git} and {@code .env}, is for nobody. Links that
 * lead out of the folder are not followed.
 */
final class FolderHandler implements HttpHandler {

  /** From this size on, the system moves the file's octets; TLS needs them in memory anyway. */
  private static final long MIN_TRANSFER = 1024 * 1024L;

  private final String prefix;
  private final ResourceHandler files;

  FolderHandler(String prefix, Path root) {
    this.prefix = prefix.equals("/") ? "" : prefix;
    ResourceManager manager =
        PathResourceManager.builder()
            .setBase(root)
            .setTransferMinSize(MIN_TRANSFER)
            .setFollowLinks(false)
            .build();
    this.files = new ResourceHandler(manager, FolderHandler::notFound);
    files.setWelcomeFiles("index.html");
  }

  private static void notFound(HttpServerExchange exchange) {
    new Page(StatusCodes.NOT_FOUND, "Not found", "The folder has no such file.").send(exchange);
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) throws Exception {
    boolean reads =
        exchange.getRequestMethod().equals(Methods.GET)
            || exchange.getRequestMethod().equals(Methods.HEAD);
    if (!reads) {
      exchange.getResponseHeaders().put(Headers.ALLOW, "GET, HEAD");
      new Page(StatusCodes.METHOD_NOT_ALLOWED, "Method not allowed", "A folder can only be read.")
          .send(exchange);
      return;
    }
    Optional<String> path = file(exchange.getRequestURI().substring(prefix.length()));
    if (path.isEmpty()) {
      notFound(exchange);
      return;
    }
    exchange.setRelativePath(path.get());
    exchange.setRequestPath(prefix + path.get());
    exchange.getResponseHeaders().put(Headers.CACHE_CONTROL, "no-cache");
    files.handleRequest(exchange);
  }

  /** The path below the folder; empty where it could lead elsewhere, or to a hidden file. */
  static Optional<String> file(String encoded) {
    List<String> names = new ArrayList<>();
    for (String part : encoded.split("/", -1)) {
      Optional<String> name = decoded(part);
      if (name.isEmpty() || isRefused(name.get())) {
        return Optional.empty();
      }
      names.add(name.get());
    }
    String path = String.join("/", names);
    return Optional.of(path.startsWith("/") ? path : "/" + path);
  }

  private static boolean isRefused(String name) {
    boolean hidden = name.startsWith(".") && !name.equals(".well-known");
    return hidden || name.chars().anyMatch(c -> c < ' ' || c == '/' || c == '\\' || c == 0x7f);
  }

  /** One name, decoded once; empty where it is not properly encoded UTF-8. */
  private static Optional<String> decoded(String part) {
    ByteBuffer octets = ByteBuffer.allocate(part.length());
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c == '%') {
        int high = i + 2 < part.length() ? Character.digit(part.charAt(i + 1), 16) : -1;
        int low = i + 2 < part.length() ? Character.digit(part.charAt(i + 2), 16) : -1;
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        octets.put((byte) (high << 4 | low));
        i += 2;
      } else {
        octets.put((byte) c);
      }
    }
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
