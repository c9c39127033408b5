package dev.v6cert.cli.truststore;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.acme.state.StateFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The record of what was begun in trust stores, written before it is begun: a run that follows a
 * kill undoes or finishes it, also for a root that the local CA has replaced since.
 *
 * <pre>
 *   trust/journal.properties   stores that were begun, databases made, checksums of files written
 *   trust/ID.pem               each root that may be in a store
 *   trust/before-ID-PLACE      a file as it was before ours replaced it
 * </pre>
 */
public final class TrustJournal {

  private static final int FORMAT = 1;
  private static final String PEM = ".pem";
  private static final String BEGUN = "begun.";
  private static final String CREATED = "created.";
  private static final String PARENT = "created-with.";
  private static final String WRITTEN = "written.";
  private static final int SHORT = 16;

  private final Path directory;
  private final Map<String, String> values;

  /**
   * A database that did not exist before.
   *
   * @param parent the directory around it, where that did not exist either
   */
  record Creation(Optional<Path> parent) {}

  private TrustJournal(Path directory, Map<String, String> values) {
    this.directory = directory;
    this.values = values;
  }

  /**
   * The journal of a state directory, to be read.
   *
   * @throws AcmeFailureException as {@code StateUnusable} when its file is damaged
   */
  public static TrustJournal read(StateDirectory state) throws AcmeFailureException {
    Path directory = state.root().resolve("trust");
    Path file = file(directory);
    Map<String, String> values = new TreeMap<>();
    if (Files.exists(file)) {
      values.putAll(StateFile.read(file, FORMAT));
    }
    values.put(StateFile.VERSION, Integer.toString(FORMAT));
    return new TrustJournal(directory, values);
  }

  /** The journal, to be written; what a killed run left half written is removed. */
  public static TrustJournal open(StateLock lock) throws AcmeFailureException {
    TrustJournal journal = read(lock.directory());
    try {
      DurableFiles.createDirectory(journal.directory);
      DurableFiles.removeUnfinished(journal.directory);
    } catch (IOException e) {
      throw StateFailures.unwritable(journal.directory, e);
    }
    return journal;
  }

  private static Path file(Path directory) {
    return directory.resolve("journal" + StateFile.SUFFIX);
  }

  /**
   * Every root that may be in a store.
   *
   * @throws AcmeFailureException as {@code StateUnusable} when one is damaged
   */
  public List<TrustedRoot> roots() throws AcmeFailureException {
    List<TrustedRoot> roots = new ArrayList<>();
    try {
      for (Path file : DurableFiles.children(directory)) {
        String name = file.getFileName().toString();
        if (name.endsWith(PEM)) {
          String id = name.substring(0, name.length() - PEM.length());
          roots.add(parsed(id, file));
        }
      }
    } catch (IOException e) {
      throw StateFailures.unreadable(directory, e);
    }
    return roots;
  }

  private static TrustedRoot parsed(String id, Path file) throws IOException, AcmeFailureException {
    try {
      return TrustedRoot.parse(id, file, Files.readString(file));
    } catch (CertificateException e) {
      throw StateFailures.corrupt(file, "it is not a certificate");
    }
  }

  /** Keeps a copy of the root for as long as it may be in a store. */
  void keep(TrustedRoot root) throws IOException {
    Path file = directory.resolve(root.id() + PEM);
    if (!Files.exists(file)) {
      DurableFiles.write(file, root.pem());
    }
  }

  /** Drops the root that is in no store. */
  void drop(TrustedRoot root) throws IOException {
    DurableFiles.deleteTree(directory.resolve(root.id() + PEM));
    values.keySet().removeIf(key -> key.contains("." + root.id() + "."));
    write();
  }

  /** Notes that the store may be changed from now on. */
  void begin(TrustedRoot root, TrustStore store) throws IOException {
    keep(root);
    put(BEGUN + root.id() + "." + hash(store.place()), store.place());
  }

  /** Whether the store was begun with the root, and not finished with its removal. */
  boolean hasBegun(TrustedRoot root, TrustStore store) {
    return values.containsKey(BEGUN + root.id() + "." + hash(store.place()));
  }

  /** Notes that the root was taken out of the store. */
  void end(TrustedRoot root, TrustStore store) throws IOException {
    drop(BEGUN + root.id() + "." + hash(store.place()));
  }

  /** Keeps the content of a file that is about to be replaced. */
  void replacing(Path file, TrustedRoot root, byte[] before, byte[] after) throws IOException {
    DurableFiles.writeOver(before(file, root), before);
    put(WRITTEN + root.id() + "." + hash(file), hash(after));
  }

  /** The content of a file before it was replaced, if nobody has changed it since. */
  Optional<byte[]> replaced(Path file, TrustedRoot root, byte[] present) throws IOException {
    String written = values.get(WRITTEN + root.id() + "." + hash(file));
    Path before = before(file, root);
    return hash(present).equals(written) && Files.exists(before)
        ? Optional.of(Files.readAllBytes(before))
        : Optional.empty();
  }

  /** Deletes what was kept of the file. */
  void forgetReplaced(Path file, TrustedRoot root) throws IOException {
    drop(WRITTEN + root.id() + "." + hash(file));
    DurableFiles.deleteTree(before(file, root));
  }

  private Path before(Path file, TrustedRoot root) {
    return directory.resolve("before-" + root.id() + "-" + hash(file).substring(0, SHORT));
  }

  /** Notes that the directory is about to be made. */
  void creating(Path made, Optional<Path> parent) throws IOException {
    if (parent.isPresent()) {
      values.put(PARENT + hash(made), parent.get().toString());
    }
    put(CREATED + hash(made), made.toString());
  }

  /** The creation of the directory, if it was by us. */
  Optional<Creation> creation(Path made) {
    return Optional.ofNullable(values.get(CREATED + hash(made)))
        .map(_ -> new Creation(Optional.ofNullable(values.get(PARENT + hash(made))).map(Path::of)));
  }

  /** Notes that the directory is gone, or is somebody else's by now. */
  void forgetCreation(Path made) throws IOException {
    values.remove(PARENT + hash(made));
    drop(CREATED + hash(made));
  }

  private void put(String key, String value) throws IOException {
    if (!value.equals(values.put(key, value))) {
      write();
    }
  }

  private void drop(String key) throws IOException {
    if (values.remove(key) != null) {
      write();
    }
  }

  private void write() throws IOException {
    DurableFiles.write(file(directory), PropertiesText.format(values));
  }

  private static String hash(Object text) {
    return hash(text.toString().getBytes(StandardCharsets.UTF_8)).substring(0, SHORT);
  }

  private static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }
}
