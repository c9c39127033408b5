package dev.v6cert.acme.account;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.KeyPairFile;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.acme.state.StateFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One of our accounts with an authority, in a state directory. */
public final class AccountStore {

  private static final int FORMAT = 1;
  private static final String LEAVING = "leaving";

  private final CertificateAuthority authority;
  private final AccountName name;
  private final Path directory;

  /**
   * The account of the name in the locked directory, whether or not there is one. One that is where
   * accounts were until 2026 is moved.
   *
   * @throws AcmeFailureException when it cannot be read or moved
   */
  public AccountStore(StateLock lock, CertificateAuthority authority, AccountName name)
      throws AcmeFailureException {
    this(authority, name, AccountPaths.directory(lock.directory().accounts(), authority, name));
    Path old = old(lock.directory(), authority, name).orElse(directory);
    try {
      if (!old.equals(directory)) {
        DurableFiles.move(old, directory);
      }
    } catch (IOException e) {
      throw StateFailures.unwritable(directory, e);
    }
  }

  private AccountStore(CertificateAuthority authority, AccountName name, Path directory) {
    this.authority = authority;
    this.name = name;
    this.directory = directory;
  }

  /**
   * The directory of the account, read without a lock; empty where there is none yet.
   *
   * @throws AcmeFailureException when its file is damaged
   */
  public static Optional<URI> url(
      StateDirectory state, CertificateAuthority authority, AccountName name)
      throws AcmeFailureException {
    Path directory =
        old(state, authority, name)
            .orElse(AccountPaths.directory(state.accounts(), authority, name));
    return AccountPaths.url(new AccountStore(authority, name, directory).values());
  }

  /** The directory of the account until 2026, if it still exists and is with this authority. */
  private static Optional<Path> old(
      StateDirectory state, CertificateAuthority authority, AccountName name)
      throws AcmeFailureException {
    Path old = AccountPaths.oldDirectory(state.accounts(), authority, name);
    if (Files.exists(AccountPaths.directory(state.accounts(), authority, name))
        || !Files.isDirectory(old, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Path file = AccountPaths.properties(old);
    String own = authority.directory().toString();
    String its =
        Files.exists(file)
            ? PropertiesText.read(file).getOrDefault(AccountPaths.DIRECTORY, own)
            : own;
    return isSame(its, own) ? Optional.of(old) : Optional.empty();
  }

  /** Whether the addresses are one; scheme and host have no case. */
  private static boolean isSame(String stored, String own) {
    try {
      return stored.equals(own) || URI.create(stored).equals(URI.create(own));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * An account, or what is there of one.
   *
   * @param url empty when a run ended before the authority's answer was stored
   * @param leaving whether the authority was, or was to be, asked to deactivate it
   */
  public record StoredAccount(KeyPair keys, Optional<URI> url, boolean leaving) {}

  /**
   * The account; empty if there never was one.
   *
   * @throws AcmeFailureException when the key is empty, damaged or too open: it is the account, and
   *     is never replaced
   */
  public Optional<StoredAccount> find() throws AcmeFailureException {
    if (!Files.exists(key(), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    Map<String, String> values = values();
    return Optional.of(
        new StoredAccount(
            KeyPairFile.read(key()), AccountPaths.url(values), values.containsKey(LEAVING)));
  }

  private Map<String, String> values() throws AcmeFailureException {
    Path file = AccountPaths.properties(directory);
    if (!Files.exists(file)) {
      return Map.of();
    }
    StateFile.refuseNewer(file, FORMAT);
    Map<String, String> values = PropertiesText.read(file);
    String expected = authority.directory().toString();
    if (!isSame(values.getOrDefault(AccountPaths.DIRECTORY, expected), expected)) {
      throw StateFailures.corrupt(file, "it is for " + values.get(AccountPaths.DIRECTORY));
    }
    return values;
  }

  /** Stores the key, before the authority hears of it. */
  public void storeKey(KeyPair keys) throws AcmeFailureException {
    try {
      DurableFiles.createDirectory(AccountPaths.parent(directory));
      DurableFiles.createDirectory(directory);
      DurableFiles.write(key(), KeyPairFile.text(keys));
    } catch (IOException e) {
      throw StateFailures.unwritable(directory, e);
    }
  }

  /** Stores where the account is. */
  public void storeUrl(URI url) throws AcmeFailureException {
    store(Map.of(AccountPaths.URL, url.toString()));
  }

  /** Stores that the authority is about to be asked to deactivate the account. */
  public void storeLeaving() throws AcmeFailureException {
    store(Map.of(LEAVING, "true"));
  }

  private void store(Map<String, String> changes) throws AcmeFailureException {
    Path file = AccountPaths.properties(directory);
    Map<String, String> values = new TreeMap<>(values());
    values.put(StateFile.VERSION, Integer.toString(FORMAT));
    values.put(AccountPaths.DIRECTORY, authority.directory().toString());
    values.put(AccountPaths.ACCOUNT, name.text());
    values.putAll(changes);
    try {
      DurableFiles.write(file, PropertiesText.format(values));
    } catch (IOException e) {
      throw StateFailures.unwritable(file, e);
    }
  }

  /** The key that the account was to get in a roll-over that did not end; empty without one. */
  public Optional<KeyPair> nextKey() throws AcmeFailureException {
    return Files.exists(next(), LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(KeyPairFile.read(next()))
        : Optional.empty();
  }

  /** Stores the key that the account is to get, before the authority hears of it. */
  public void storeNextKey(KeyPair keys) throws AcmeFailureException {
    try {
      DurableFiles.write(next(), KeyPairFile.text(keys));
    } catch (IOException e) {
      throw StateFailures.unwritable(next(), e);
    }
  }

  /** The authority has taken the next key: it is the account's now. */
  public void takeNextKey() throws AcmeFailureException {
    try {
      DurableFiles.move(next(), key());
    } catch (IOException e) {
      throw StateFailures.unwritable(key(), e);
    }
  }

  /** The authority has not taken the next key. */
  public void dropNextKey() throws AcmeFailureException {
    delete(next());
  }

  /** Forgets the account, key and all. */
  public void delete() throws AcmeFailureException {
    delete(directory);
  }

  private static void delete(Path path) throws AcmeFailureException {
    try {
      DurableFiles.deleteTree(path);
    } catch (IOException e) {
      throw StateFailures.unwritable(path, e);
    }
  }

  private Path key() {
    return directory.resolve("privkey.pem");
  }

  private Path next() {
    return directory.resolve("privkey.next.pem");
  }
}
