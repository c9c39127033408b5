package dev.v6cert.cli.share;

import dev.v6cert.base.ServerKeys;
import dev.v6cert.base.TlsContexts;
import dev.v6cert.proxy.page.FilePages;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTPS server with a certificate of the local CA, which the shared page asks for an empty file:
 * a browser gets it once it trusts the root.
 *
 * @param pages the server; empty where there is none
 * @param path of the file
 */
record TrustProbe(Optional<FilePages> pages, String path) implements AutoCloseable {

  private static final String FILE = "trusted";

  /** Listens; without keys, or where the port is in use, the page does without. */
  static TrustProbe start(InetSocketAddress address, Optional<ServerKeys> keys, String directory) {
    String path = directory + FILE;
    if (keys.isEmpty()) {
      return new TrustProbe(Optional.empty(), path);
    }
    try {
      FilePages pages =
          FilePages.start(
              address,
              keys.map(TlsContexts::server),
              Map.of(
                  path,
                  FilePages.Content.of(
                      "text/plain; charset=utf-8", Optional.empty(), new byte[0])));
      return new TrustProbe(Optional.of(pages), path);
    } catch (IOException e) {
      return new TrustProbe(Optional.empty(), path);
    }
  }

  /** The address of the file, where there is a server. */
  Optional<String> url(String host) {
    return pages.map(server -> "https://" + host + ":" + server.port() + path);
  }

  @Override
  public void close() {
    pages.ifPresent(FilePages::close);
  }
}
