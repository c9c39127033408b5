package dev.v6cert.proxy;

import dev.v6cert.proxy.upstream.Upstream;
import java.nio.file.Path;

/**
 * The target of requests below a path. The path is handed on as it is.
 *
 * @param prefix begins with {@code /}; ends with one only where it is nothing else
 */
public record Route(String prefix, Target target) {

  /** Checks the prefix. */
  public Route {
    boolean ends = prefix.length() > 1 && prefix.endsWith("/");
    if (!prefix.startsWith("/") || ends || prefix.contains("?") || prefix.contains("#")) {
      throw new IllegalArgumentException("a path begins with / and does not end with it");
    }
  }

  /** The part that answers. */
  public sealed interface Target {

    /** The target in words. */
    default String text() {
      return switch (this) {
        case Server(var upstream) -> upstream.toString();
        case Folder(var root) -> root.toString();
      };
    }

    /** A server. */
    record Server(Upstream upstream) implements Target {}

    /**
     * The files of a folder.
     *
     * @param root the folder
     */
    record Folder(Path root) implements Target {}
  }

  /** Whether it is for the path, as it stands in the request. */
  boolean matches(String path) {
    return prefix.equals("/")
        || (path.startsWith(prefix)
            && (path.length() == prefix.length() || path.charAt(prefix.length()) == '/'));
  }
}
