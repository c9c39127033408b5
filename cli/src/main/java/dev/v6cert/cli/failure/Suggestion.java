package dev.v6cert.cli.failure;

import java.util.Collection;
import java.util.Optional;

/** The "did you mean": the known word that lies nearest to a mistyped one. */
public final class Suggestion {

  private Suggestion() {}

  /**
   * The word of {@code known} with the fewest edits (insert, delete, replace, swap of neighbours)
   * to {@code typed}; empty when even that needs more than a third of the letters.
   */
  public static Optional<String> of(String typed, Collection<String> known) {
    String best = "";
    int least = Integer.MAX_VALUE;
    for (String word : known) {
      int edits = edits(typed, word);
      if (edits < least) {
        least = edits;
        best = word;
      }
    }
    boolean near = least <= Math.max(1, Math.max(typed.length(), best.length()) / 3);
    return near && !best.isEmpty() ? Optional.of(best) : Optional.empty();
  }

  /** The optimal string alignment distance. */
  static int edits(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        d[i][j] = i == 0 ? j : j == 0 ? i : cheapest(d, a, b, i, j);
      }
    }
    return d[a.length()][b.length()];
  }

  private static int cheapest(int[][] d, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int least = Math.min(d[i - 1][j - 1] + (same ? 0 : 1), Math.min(d[i - 1][j], d[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(least, d[i - 2][j - 2] + 1) : least;
  }
}
