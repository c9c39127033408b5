package dev.v6cert.acme.localca.order;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.KeyPairFile;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.acme.state.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * The credentials with which peers open accounts (RFC 8555 section 7.3.4). One pair is good for all
 * peers until another takes its place; accounts that are open stay so. A running server reads them
 * for each account that is to be opened.
 */
public final class Credentials {

  private static final int FORMAT = 1;
  private static final int ID_OCTETS = 6;
  private static final int KEY_OCTETS = 32;
  private static final String ID = "key-id";
  private static final String KEY = "hmac-key";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final StateDirectory directory;

  /** The credentials in the directory, which need not exist. */
  public Credentials(StateDirectory directory) {
    this.directory = directory;
  }

  /** The directory of the server's files. */
  public static Path directory(StateDirectory state) {
    return state.localAuthority().resolve("acme");
  }

  private Path file() {
    return directory(directory).resolve("credentials" + StateFile.SUFFIX);
  }

  /**
   * The credentials, if there are any.
   *
   * @throws AcmeFailureException as {@code StateUnusable} when their file is damaged, or readable
   *     by other users
   */
  public Optional<ExternalAccount> find() throws AcmeFailureException {
    if (!Files.exists(file(), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    KeyPairFile.refuseReaders(file());
    Map<String, String> values = StateFile.read(file(), FORMAT);
    try {
      return Optional.of(
          new ExternalAccount(
              PropertiesDirectory.need(values, ID), PropertiesDirectory.need(values, KEY)));
    } catch (IllegalArgumentException e) {
      throw StateFailures.corrupt(file(), String.valueOf(e.getMessage()));
    }
  }

  /** New credentials; those that were there open no account any more. */
  public ExternalAccount create(StateLock lock) throws AcmeFailureException {
    if (!lock.directory().equals(directory)) {
      throw new IllegalArgumentException("the lock is of " + lock.directory().root());
    }
    ExternalAccount made = new ExternalAccount(random(ID_OCTETS), random(KEY_OCTETS));
    try {
      DurableFiles.createDirectory(directory.localAuthority());
      DurableFiles.createDirectory(directory(directory));
      DurableFiles.write(
          file(),
          PropertiesText.format(
              Map.of(
                  StateFile.VERSION,
                  Integer.toString(FORMAT),
                  ID,
                  made.keyId(),
                  KEY,
                  made.hmacKey())));
    } catch (IOException e) {
      throw StateFailures.unwritable(file(), e);
    }
    return made;
  }

  /** Base64url that begins with no hyphen: behind an option it would be taken for another. */
  private static String random(int octets) {
    byte[] bytes = new byte[octets];
    String text;
    do {
      RANDOM.nextBytes(bytes);
      text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    } while (text.startsWith("-"));
    return text;
  }
}
