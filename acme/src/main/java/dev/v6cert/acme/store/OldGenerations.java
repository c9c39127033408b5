package dev.v6cert.acme.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The generations of a lineage from before the live one. The last few are kept; of six-day
 * certificates there would else be six hundred in ten years.
 */
final class OldGenerations {

  /** How many stay beside the live one. */
  static final int KEPT = 5;

  private OldGenerations() {}

  /**
   * Deletes all but the last {@link #KEPT} of those before the live one. What a kill in the middle
   * leaves of one is deleted the next time, since its number is still among them.
   *
   * @param live the number of the live one, which stays, as does what has a higher number
   */
  static void prune(Path archive, int live) throws IOException {
    List<Integer> old =
        DurableFiles.children(archive).stream()
            .filter(child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS))
            .flatMap(child -> number(child))
            .filter(number -> number < live)
            .sorted(Comparator.reverseOrder())
            .toList();
    for (int number : old.stream().skip(KEPT).toList()) {
      DurableFiles.deleteTree(archive.resolve(Integer.toString(number)));
    }
  }

  /** The number of a generation's directory; none of any other. */
  static Stream<Integer> number(Path child) {
    String text = String.valueOf(child.getFileName());
    return text.matches("[1-9][0-9]{0,8}") ? Stream.of(Integer.valueOf(text)) : Stream.empty();
  }
}
