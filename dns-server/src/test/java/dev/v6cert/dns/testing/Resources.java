package dev.v6cert.dns.testing;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Optional;

/** Files beside the tests. */
public final class Resources {
  private Resources() {}

  /** The file of the given name among the resources of {@code dev.v6cert.dns}. */
  public static Path path(String name) {
    try {
      return Path.of(
          Optional.<URL>ofNullable(Resources.class.getResource("/dev/v6cert/dns/" + name))
              .orElseThrow()
              .toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
