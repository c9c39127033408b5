package dev.v6cert.acme.store;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The accounts in a state directory: one for each authority. */
public final class AccountStore {

  private static final int FORMAT = 1;

  private final StateDirectory state;

  /** The accounts of the locked directory. */
  public AccountStore(StateLock lock) {
    this(lock.directory());
  }

  private AccountStore(StateDirectory state) {
    this.state = state;
  }

  /**
   * Where the account with the authority is, read without a lock; empty where there is none yet.
   *
   * @throws AcmeFailureException when its file is damaged
   */
  public static Optional<URI> url(StateDirectory state, CertificateAuthority authority)
      throws AcmeFailureException {
    return new AccountStore(state).url(authority);
  }

  /**
   * An account, or what is there of one.
   *
   * @param url empty when a run ended before the authority's answer was stored
   */
  public record StoredAccount(KeyPair keys, Optional<URI> url) {}

  /**
   * The account with the authority; empty if there never was one.
   *
   * @throws AcmeFailureException when the key is empty, damaged or too open: it is the account, and
   *     is never replaced
   */
  public Optional<StoredAccount> find(CertificateAuthority authority) throws AcmeFailureException {
    Path key = directory(authority).resolve("privkey.pem");
    if (!Files.exists(key, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    return Optional.of(new StoredAccount(KeyPairFile.read(key), url(authority)));
  }

  private Optional<URI> url(CertificateAuthority authority) throws AcmeFailureException {
    Path file = directory(authority).resolve("account.properties");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    StateFile.refuseNewer(file, FORMAT);
    Map<String, String> values = PropertiesText.read(file);
    String directory = authority.directory().toString();
    if (!directory.equals(values.getOrDefault("directory", directory))) {
      throw StateFault.corrupt(file, "it is for " + values.get("directory"));
    }
    try {
      return Optional.ofNullable(values.get("url")).map(URI::create);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // It is found again by its key.
    }
  }

  /** Stores the key, before the authority hears of it. */
  public void storeKey(CertificateAuthority authority, KeyPair keys) throws AcmeFailureException {
    Path directory = directory(authority);
    try {
      DurableFiles.createDirectory(host(authority));
      DurableFiles.createDirectory(directory);
      DurableFiles.write(directory.resolve("privkey.pem"), KeyPairFile.text(keys));
    } catch (IOException e) {
      throw StateFault.unwritable(directory, e);
    }
  }

  /** Stores where the account is. */
  public void storeUrl(CertificateAuthority authority, URI url) throws AcmeFailureException {
    Path file = directory(authority).resolve("account.properties");
    Map<String, String> values = new TreeMap<>();
    values.put(StateFile.VERSION, Integer.toString(FORMAT));
    values.put("directory", authority.directory().toString());
    values.put("url", url.toString());
    try {
      DurableFiles.write(file, PropertiesText.format(values));
    } catch (IOException e) {
      throw StateFault.unwritable(file, e);
    }
  }

  private Path directory(CertificateAuthority authority) {
    return host(authority).resolve(safe(authority.directory().getPath()));
  }

  private Path host(CertificateAuthority authority) {
    URI uri = authority.directory();
    String port = uri.getPort() == -1 ? "" : "_" + uri.getPort();
    return state.accounts().resolve(safe(uri.getHost()) + port);
  }

  /** Part of a URI as the name of a directory; that two may become one is seen when it is read. */
  private static String safe(String text) {
    String safe = text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]+", "_");
    String trimmed = safe.replaceAll("^[._]+|[._]+$", "");
    return trimmed.isEmpty() ? "_" : trimmed;
  }
}
