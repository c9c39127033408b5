package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.KeyPairFile;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.acme.state.StateFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The journal of one issuance, in {@code archive/<lineage>/order-<N>}: {@code N} is the generation
 * that it is to become, so that one left behind after the swap is known to be done.
 */
final class IssuanceJournalFile implements IssuanceJournal {

  private static final String PREFIX = "order-";
  private static final String KEYS = "keypair.pem";
  private static final String ORDER = "order.properties";
  private static final int FORMAT = 1;

  private final Path directory;
  private final IssuanceRequest request;
  private final Supplier<KeyPair> newKeys;
  private Optional<KeyPair> reused;
  private Optional<KeyPair> keys;
  private Optional<URI> order;

  private IssuanceJournalFile(
      Path directory,
      IssuanceRequest request,
      Supplier<KeyPair> newKeys,
      Optional<KeyPair> reused,
      Optional<KeyPair> keys,
      Optional<URI> order) {
    this.directory = directory;
    this.request = request;
    this.newKeys = newKeys;
    this.reused = reused;
    this.keys = keys;
    this.order = order;
  }

  /**
   * The journal for generation {@code number}: the one that an earlier run left behind, its key
   * kept if it is of the kind, its order kept if it was for the same; or a new one.
   *
   * @param reused the key that it must be of, where the request has one kept
   */
  static IssuanceJournalFile open(
      Path archive,
      int number,
      IssuanceRequest request,
      Optional<KeyPair> reused,
      Supplier<KeyPair> newKeys)
      throws AcmeFailureException {
    Path directory = archive.resolve(PREFIX + number);
    StateFile.refuseNewer(directory.resolve(ORDER), FORMAT);
    try {
      deleteOthers(archive, directory);
      DurableFiles.createDirectory(archive);
      DurableFiles.createDirectory(directory);
      Optional<KeyPair> kept = keptKeys(directory, request.key().type(), reused);
      if (kept.isPresent()) {
        return new IssuanceJournalFile(
            directory, request, newKeys, reused, kept, keptOrder(directory, request));
      }
      DurableFiles.deleteTree(directory);
      DurableFiles.createDirectory(directory);
      return new IssuanceJournalFile(
          directory, request, newKeys, reused, Optional.empty(), Optional.empty());
    } catch (IOException e) {
      throw StateFailures.unwritable(directory, e);
    }
  }

  /** Journals of other generations are of runs that are over. */
  static void deleteOthers(Path archive, Path kept) throws IOException {
    for (Path child : DurableFiles.children(archive)) {
      if (String.valueOf(child.getFileName()).startsWith(PREFIX) && !child.equals(kept)) {
        DurableFiles.deleteTree(child);
      }
    }
  }

  private static Optional<KeyPair> keptKeys(
      Path directory, KeyType type, Optional<KeyPair> reused) {
    Path file = directory.resolve(KEYS);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(KeyPairFile.read(file))
          .filter(keys -> isOf(keys, type))
          .filter(keys -> reused.map(it -> isSame(it, keys)).orElse(true));
    } catch (AcmeFailureException e) {
      return Optional.empty(); // A key that was never certified is no loss.
    }
  }

  private static boolean isSame(KeyPair one, KeyPair other) {
    return Arrays.equals(one.getPublic().getEncoded(), other.getPublic().getEncoded());
  }

  static boolean isOf(KeyPair keys, KeyType type) {
    return switch (keys.getPublic()) {
      case RSAKey rsa ->
          switch (rsa.getModulus().bitLength()) {
            case 2048 -> type == KeyType.RSA2048;
            case 4096 -> type == KeyType.RSA4096;
            default -> false;
          };
      case ECKey ec ->
          switch (ec.getParams().getOrder().bitLength()) {
            case 256 -> type == KeyType.EC256;
            case 384 -> type == KeyType.EC384;
            default -> false;
          };
      default -> false;
    };
  }

  private static Optional<URI> keptOrder(Path directory, IssuanceRequest request) {
    Path file = directory.resolve(ORDER);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      Map<String, String> values = PropertiesText.read(file);
      Set<Subject> subjects =
          new HashSet<>(LineageFile.subjects(values.getOrDefault("subjects", "")));
      boolean same =
          request.authority().directory().toString().equals(values.get("directory"))
              && subjects.equals(new HashSet<>(request.subjects()))
              && request.profile().orElse("").equals(values.getOrDefault("profile", ""));
      return same ? Optional.ofNullable(values.get("url")).map(URI::create) : Optional.empty();
    } catch (AcmeFailureException | IllegalArgumentException e) {
      return Optional.empty(); // A lost order is placed again.
    }
  }

  @Override
  public KeyPair keys() throws AcmeFailureException {
    if (keys.isPresent()) {
      return keys.get();
    }
    KeyPair made = reused.orElseGet(newKeys);
    Path file = directory.resolve(KEYS);
    try {
      DurableFiles.write(file, KeyPairFile.text(made));
    } catch (IOException e) {
      throw StateFailures.unwritable(file, e);
    }
    keys = Optional.of(made);
    return made;
  }

  @Override
  public Optional<URI> order() {
    return order;
  }

  @Override
  public void ordered(URI url) throws AcmeFailureException {
    KeyPair _ = keys(); // Without its key, an order is of no use to the next run.
    Path file = directory.resolve(ORDER);
    Map<String, String> values = new TreeMap<>();
    values.put(StateFile.VERSION, Integer.toString(FORMAT));
    values.put("url", url.toString());
    values.put("directory", request.authority().directory().toString());
    values.put("subjects", LineageFile.text(request.subjects()));
    request.profile().ifPresent(profile -> values.put("profile", profile));
    try {
      DurableFiles.write(file, PropertiesText.format(values));
      order = Optional.of(url);
    } catch (IOException e) {
      throw StateFailures.unwritable(file, e);
    }
  }

  @Override
  public void abandon() throws AcmeFailureException {
    Path file = directory.resolve(ORDER);
    try {
      DurableFiles.deleteTree(file);
      order = Optional.empty();
    } catch (IOException e) {
      throw StateFailures.unwritable(file, e);
    }
  }

  @Override
  public boolean replaceKeys() throws AcmeFailureException {
    if (reused.isEmpty()) {
      return false;
    }
    reused = Optional.empty();
    keys = Optional.empty();
    KeyPair _ = keys();
    return true;
  }
}
