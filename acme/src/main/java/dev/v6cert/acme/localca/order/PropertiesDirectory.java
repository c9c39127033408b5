package dev.v6cert.acme.localca.order;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.acme.state.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/** A directory with one file of properties for each object, named by its identifier. */
public final class PropertiesDirectory {

  private static final int FORMAT = 1;
  private static final int ID_OCTETS = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path directory;

  PropertiesDirectory(Path directory) {
    this.directory = directory;
  }

  /** A new identifier, which nobody can guess. */
  public static String newId() {
    byte[] octets = new byte[ID_OCTETS];
    RANDOM.nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }

  /** Reads every file, and removes what a killed server left half written. */
  public <T> Map<String, T> load(BiFunction<String, Map<String, String>, T> reader)
      throws AcmeFailureException {
    Map<String, T> all = new TreeMap<>();
    try {
      DurableFiles.createDirectory(directory);
      DurableFiles.removeUnfinished(directory);
      for (Path file : DurableFiles.children(directory)) {
        String name = file.getFileName().toString();
        if (name.endsWith(StateFile.SUFFIX)) {
          String id = name.substring(0, name.length() - StateFile.SUFFIX.length());
          all.put(id, read(file, id, reader));
        }
      }
    } catch (IOException e) {
      throw StateFailures.unwritable(directory, e);
    }
    return all;
  }

  private static <T> T read(Path file, String id, BiFunction<String, Map<String, String>, T> reader)
      throws AcmeFailureException {
    try {
      return reader.apply(id, StateFile.read(file, FORMAT));
    } catch (IllegalArgumentException e) {
      throw StateFailures.corrupt(file, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Writes the object; when this returns, it is there after any crash.
   *
   * @throws ProblemException when the disk does not take it
   */
  public void write(String id, Map<String, String> values) throws ProblemException {
    Map<String, String> all = new TreeMap<>(values);
    all.put(StateFile.VERSION, Integer.toString(FORMAT));
    try {
      DurableFiles.write(file(id), PropertiesText.format(all));
    } catch (IOException e) {
      throw new ProblemException(
          ProblemType.UNAVAILABLE, "the state cannot be written: " + StateFailures.reason(e), e);
    }
  }

  /** Deletes the object; a file that cannot be deleted is read again by the next start. */
  public void delete(String id) {
    try {
      DurableFiles.deleteTree(file(id));
    } catch (IOException e) {
      // It has ended by its dates, too.
    }
  }

  private Path file(String id) {
    return directory.resolve(id + StateFile.SUFFIX);
  }

  /** A value that has to be there. */
  public static String need(Map<String, String> values, String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("it has no \"" + key + "\"");
    }
    return value;
  }

  /** A value that has to be there, as an instant. */
  public static Instant instant(Map<String, String> values, String key) {
    try {
      return Instant.parse(need(values, key));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("its \"" + key + "\" is not an instant", e);
    }
  }
}
