package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.state.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The generations of a lineage from before the live one. The last few are kept, and those that are
 * still valid; of six-day certificates there would else be a thousand in ten years.
 */
final class OldGenerations {

  /** The number of generations kept beside the live one, valid or not. */
  static final int KEPT = 5;

  private OldGenerations() {}

  /**
   * Deletes those before the live one that are not among the last {@link #KEPT} and that have
   * expired. What a kill in the middle leaves of one is deleted the next time, since its number is
   * still among them.
   *
   * @param live the number of the live one, which stays, as does what has a higher number
   * @param now the local clock
   */
  static void prune(Path archive, int live, Instant now) throws IOException {
    List<Integer> old =
        DurableFiles.children(archive).stream()
            .filter(child -> Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS))
            .flatMap(OldGenerations::number)
            .filter(number -> number < live)
            .sorted(Comparator.reverseOrder())
            .toList();
    for (int number : old.stream().skip(KEPT).toList()) {
      Path generation = archive.resolve(Integer.toString(number));
      if (!isValid(generation, now)) {
        DurableFiles.deleteTree(generation);
      }
    }
  }

  /** Whether a server may use it still; one without a readable certificate serves nobody. */
  private static boolean isValid(Path generation, Instant now) {
    try {
      Instant end = CertificateFile.read(generation.resolve("cert.pem")).getNotAfter().toInstant();
      return now.isBefore(end);
    } catch (AcmeFailureException e) {
      return false;
    }
  }

  /** The number of a generation's directory; none of any other. */
  static Stream<Integer> number(Path child) {
    String text = String.valueOf(child.getFileName());
    return text.matches("[1-9][0-9]{0,8}") ? Stream.of(Integer.valueOf(text)) : Stream.empty();
  }
}
