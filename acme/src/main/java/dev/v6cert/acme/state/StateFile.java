package dev.v6cert.acme.state;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A file of properties with a {@code format-version}: one that is newer is not read, and one that
 * is older means by its keys what it always did, and is written in the present format when it is
 * next changed.
 */
public final class StateFile {

  public static final String SUFFIX = ".properties";
  public static final String VERSION = "format-version";

  private StateFile() {}

  /**
   * The values in the file.
   *
   * @param present the newest version that is understood
   * @throws AcmeFailureException as {@code NEWER_FORMAT} when it is newer, as {@code CORRUPT} when
   *     it has no version
   */
  public static Map<String, String> read(Path file, int present) throws AcmeFailureException {
    Map<String, String> values = PropertiesText.read(file);
    String version = values.get(VERSION);
    if (version == null) {
      throw StateFailures.corrupt(file, "it has no \"" + VERSION + "\"");
    }
    if (!version.matches("[0-9]{1,9}")) {
      throw StateFailures.corrupt(file, "its " + VERSION + " is \"" + version + "\"");
    }
    refuseNewer(file, values, present);
    return values;
  }

  /**
   * Refuses a file that a newer program wrote, and nothing else: for files that are worth nothing
   * when they are damaged, and those of programs that gave them no version yet.
   *
   * @throws AcmeFailureException as {@code NEWER_FORMAT}
   */
  public static void refuseNewer(Path file, int present) throws AcmeFailureException {
    if (!Files.exists(file)) {
      return;
    }
    Map<String, String> values;
    try {
      values = PropertiesText.read(file);
    } catch (AcmeFailureException e) {
      return; // Damaged or unreadable: whoever reads it next says so, or does without.
    }
    refuseNewer(file, values, present);
  }

  private static void refuseNewer(Path file, Map<String, String> values, int present)
      throws AcmeFailureException {
    String version = values.getOrDefault(VERSION, "");
    if (version.matches("[0-9]{1,9}") && Integer.parseInt(version) > present) {
      throw new AcmeFailureException(
          new StateUnusable(file, StateProblem.NEWER_FORMAT, "its " + VERSION + " is " + version));
    }
  }
}
