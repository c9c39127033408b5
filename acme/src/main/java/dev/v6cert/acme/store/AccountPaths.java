package dev.v6cert.acme.store;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.CertificateAuthority;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Where accounts are: {@code accounts/<host>/<path>} for the default one of an authority, with
 * {@code @<name>} behind it for others; and what their {@code account.properties} holds.
 */
final class AccountPaths {

  static final String DIRECTORY = "directory";
  static final String ACCOUNT = "account";
  static final String URL = "url";

  private AccountPaths() {}

  static Path directory(Path accounts, CertificateAuthority authority, AccountName name) {
    URI uri = authority.directory();
    String port = uri.getPort() == -1 ? "" : "_" + uri.getPort();
    String suffix = name.equals(AccountName.DEFAULT) ? "" : "@" + name;
    return accounts.resolve(safe(uri.getHost()) + port).resolve(safe(uri.getPath()) + suffix);
  }

  static Path parent(Path directory) {
    Path parent = directory.getParent();
    return parent == null ? directory : parent;
  }

  static Path properties(Path directory) {
    return directory.resolve("account.properties");
  }

  /** Where the account is; one that is damaged is found again by its key. */
  static Optional<URI> url(Map<String, String> values) {
    try {
      return Optional.ofNullable(values.get(URL)).map(URI::create);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Part of a URI as the name of a directory; that two may become one is seen when it is read. */
  private static String safe(String text) {
    String safe = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]+", "_");
    String trimmed = safe.replaceAll("^[._]+|[._]+$", "");
    return trimmed.isEmpty() ? "_" : trimmed;
  }
}
