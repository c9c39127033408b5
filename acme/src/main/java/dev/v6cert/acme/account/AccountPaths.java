package dev.v6cert.acme.account;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.ShortHash;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The paths of accounts: {@code accounts/<host>/<hash>} for the default one of an authority, with
 * {@code @<name>} behind it for others; and what their {@code account.properties} holds. The hash
 * is that of the whole address of the authority's directory: two that differ in the case of a
 * letter or in a query are two authorities.
 */
public final class AccountPaths {

  static final String DIRECTORY = "directory";
  static final String ACCOUNT = "account";
  static final String URL = "url";

  private AccountPaths() {}

  public static Path directory(Path accounts, CertificateAuthority authority, AccountName name) {
    return host(accounts, authority)
        .resolve(ShortHash.of(normal(authority.directory())) + suffix(name));
  }

  /** The path until 2026: made of the letters of the address, which two addresses can share. */
  static Path oldDirectory(Path accounts, CertificateAuthority authority, AccountName name) {
    return host(accounts, authority).resolve(safe(authority.directory().getPath()) + suffix(name));
  }

  private static Path host(Path accounts, CertificateAuthority authority) {
    URI uri = authority.directory();
    String port = uri.getPort() == -1 ? "" : "_" + uri.getPort();
    return accounts.resolve(safe(uri.getHost()) + port);
  }

  private static String suffix(AccountName name) {
    return name.equals(AccountName.DEFAULT) ? "" : "@" + name;
  }

  /** The text that equal addresses share: {@link URI} ignores the case of scheme and host. */
  private static String normal(URI uri) {
    String text = uri.toString();
    int path = text.length() - text.replaceFirst("^[^/]*//[^/?#]*", "").length();
    return text.substring(0, path).toLowerCase(Locale.ROOT) + text.substring(path);
  }

  static Path parent(Path directory) {
    Path parent = directory.getParent();
    return parent == null ? directory : parent;
  }

  static Path properties(Path directory) {
    return directory.resolve("account.properties");
  }

  /** The address of the account; a damaged one is found again by its key. */
  static Optional<URI> url(Map<String, String> values) {
    try {
      return Optional.ofNullable(values.get(URL)).map(URI::create);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Part of a URI as the name of a directory. */
  private static String safe(String text) {
    String safe = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]+", "_");
    String trimmed = safe.replaceAll("^[._]+|[._]+$", "");
    return trimmed.isEmpty() ? "_" : trimmed;
  }
}
