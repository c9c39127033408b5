package dev.v6cert.acme;

import java.util.Optional;
import java.util.Set;

/**
 * The readers of a lineage's files, the key among them, besides the owner.
 *
 * @param group the name of the group; empty for the owner's own
 * @param mode the permissions of the key, as {@code chmod} takes them: 0400, 0440, 0600 or 0640
 */
public record KeyAccess(Optional<String> group, int mode) {

  private static final Set<Integer> SAFE = Set.of(0400, 0440, 0600, 0640);

  /** For the owner only. */
  public static final KeyAccess OWNER = new KeyAccess(Optional.empty(), 0600);

  /**
   * Checks the permissions.
   *
   * @throws IllegalArgumentException when they would let everybody read the key, or anybody but the
   *     owner change it
   */
  public KeyAccess {
    if (!SAFE.contains(mode)) {
      throw new IllegalArgumentException("the mode of a key is 0400, 0440, 0600 or 0640");
    }
  }

  /** Combines the group and the mode: with a group, it may read the key unless told otherwise. */
  public static KeyAccess of(Optional<String> group, Optional<Integer> mode) {
    return new KeyAccess(group, mode.orElse(group.isPresent() ? 0640 : 0600));
  }

  /**
   * The mode of its text in octal digits.
   *
   * @throws IllegalArgumentException when it is no mode of a key
   */
  public static int parseMode(String text) {
    if (!text.matches("[0-7]{3,4}")) {
      throw new IllegalArgumentException("the mode of a key is 0400, 0440, 0600 or 0640");
    }
    return new KeyAccess(Optional.empty(), Integer.parseInt(text, 8)).mode();
  }

  /** The mode in four octal digits. */
  public String modeText() {
    return "0" + Integer.toOctalString(mode);
  }

  /** Whether the group may read the key. */
  public boolean isForGroup() {
    return (mode & 0040) != 0;
  }
}
