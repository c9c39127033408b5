package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.acme.state.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The lineages of a state directory, to be read; without a lock, at any time. */
public final class CertificateStore {

  private final StateDirectory directory;

  /** The store in the directory, which need not exist. */
  public CertificateStore(StateDirectory directory) {
    this.directory = directory;
  }

  /**
   * Every lineage, ordered by name.
   *
   * @throws AcmeFailureException when the directory itself cannot be read
   */
  public List<StoredLineage> lineages() throws AcmeFailureException {
    try {
      List<StoredLineage> lineages = new ArrayList<>();
      for (Path file : DurableFiles.children(directory.renewal())) {
        name(file, StateFile.SUFFIX).ifPresent(name -> lineages.add(load(name, file)));
      }
      lineages.sort((a, b) -> a.name().compareTo(b.name()));
      return lineages;
    } catch (IOException e) {
      throw StateFailures.unreadable(directory.renewal(), e);
    }
  }

  /** The names of the lineages, unread; none where the directory cannot be listed. */
  public Set<String> names() {
    try {
      Set<String> names = new HashSet<>();
      for (Path file : DurableFiles.children(directory.renewal())) {
        name(file, StateFile.SUFFIX).ifPresent(name -> names.add(name.text()));
      }
      return names;
    } catch (IOException e) {
      return Set.of();
    }
  }

  /** The lineage of the name, if there is one. */
  public Optional<StoredLineage> find(LineageName name) {
    Path file = file(name);
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS)
        ? Optional.of(load(name, file))
        : Optional.empty();
  }

  /** The lineage of the name, if there is one and its state is sound. */
  public Optional<Lineage> loaded(LineageName name) {
    return find(name).flatMap(StoredLineage::loaded);
  }

  /**
   * Every lineage whose state is sound, ordered by name.
   *
   * @throws AcmeFailureException when the directory itself cannot be read
   */
  public List<Lineage> loaded() throws AcmeFailureException {
    List<Lineage> loaded = new ArrayList<>();
    for (StoredLineage stored : lineages()) {
      stored.loaded().ifPresent(loaded::add);
    }
    return loaded;
  }

  /** The lineage that a file of the suffix is named after; empty for other files. */
  static Optional<LineageName> name(Path file, String suffix) {
    String text = String.valueOf(file.getFileName());
    if (!text.endsWith(suffix)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new LineageName(text.substring(0, text.length() - suffix.length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The file that says how the lineage of the name is renewed, whether or not it is there. */
  public Path file(LineageName name) {
    return directory.renewal().resolve(name.text() + StateFile.SUFFIX);
  }

  private StoredLineage load(LineageName name, Path file) {
    try {
      LineageFile stored = LineageFile.read(file, name);
      return new StoredLineage.Loaded(
          new Lineage(
              stored.plan(),
              present(name, stored),
              stored.advice(),
              stored.renewalState(),
              directory.live(name)));
    } catch (AcmeFailureException e) {
      return new StoredLineage.Damaged(name, e.failure());
    }
  }

  /**
   * The generation that is live. The file's facts may be of another one, when a run was killed just
   * before the swap: then the certificate itself is asked.
   */
  private Optional<Generation> present(LineageName name, LineageFile stored)
      throws AcmeFailureException {
    OptionalInt live = liveNumber(name);
    if (live.isEmpty()) {
      return Optional.empty();
    }
    int number = live.getAsInt();
    for (String file : new String[] {"privkey.pem", "fullchain.pem"}) {
      Path path = directory.live(name).resolve(file);
      if (!Files.isRegularFile(path)) {
        throw StateFailures.corrupt(path, "it is missing");
      }
      if (path.toFile().length() == 0) {
        throw StateFailures.corrupt(path, "it is empty");
      }
    }
    Optional<Generation> known = stored.generation().filter(it -> it.number() == number);
    return known.isPresent() ? known : Optional.of(fromCertificate(name, number));
  }

  private Generation fromCertificate(LineageName name, int number) throws AcmeFailureException {
    Path file = directory.archive(name).resolve(Integer.toString(number)).resolve("cert.pem");
    X509Certificate certificate = CertificateFile.read(file);
    try {
      return CertificateFile.generation(
          number, certificate, certificate.getNotBefore().toInstant(), Optional.empty());
    } catch (CertificateException e) {
      throw StateFailures.corrupt(file, String.valueOf(e.getMessage()));
    }
  }

  /** The generation that the live link leads to; empty without a link. */
  OptionalInt liveNumber(LineageName name) throws AcmeFailureException {
    Path link = directory.live(name);
    if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
      return OptionalInt.empty();
    }
    try {
      Path target = Files.readSymbolicLink(link);
      int number = Integer.parseInt(String.valueOf(target.getFileName()));
      if (!target.equals(target(name, number))) {
        throw StateFailures.corrupt(link, "it leads to " + target);
      }
      return OptionalInt.of(number);
    } catch (IOException | NumberFormatException e) {
      throw StateFailures.corrupt(link, "it is not a link to a generation");
    }
  }

  static Path target(LineageName name, int number) {
    return Path.of("..", "archive", name.text(), Integer.toString(number));
  }

  /**
   * Reads the live key and certificate whole, and proves that they belong together.
   *
   * @throws AcmeFailureException as {@code StateUnusable} when they do not
   */
  public void verify(LineageName name) throws AcmeFailureException {
    KeyedCertificate _ = KeyedCertificate.inDirectory(directory.live(name));
  }

  /** The directory that is read. */
  public StateDirectory directory() {
    return directory;
  }
}
