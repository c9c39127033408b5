package dev.v6cert.cli.report;

import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.cli.terminal.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Lineages as a table, a line each. Where it is wider than the terminal, a time is only how far
 * away it is, and of several other names the first is shown with the number of the rest. Where that
 * is not enough, long names lose their middle, and other names are left out.
 */
public final class LineageTable {

  private static final int GAP = 2;

  /** The width down to which a column of names is cut. */
  private static final int SHORTEST_NAME = 12;

  private final List<StoredLineage> lineages;
  private final Instant now;

  /** A table of lineages. */
  public LineageTable(List<StoredLineage> lineages, Instant now) {
    this.lineages = lineages;
    this.now = now;
  }

  /**
   * The lines, the headings first.
   *
   * @param columns the width to keep to
   * @param ellipsis the sign in place of what is cut out of a name
   */
  public List<String> lines(int columns, String ellipsis) {
    List<String> full = table(rows(false));
    if (widest(full) <= columns) {
      return full;
    }
    List<List<String>> rows = rows(true);
    List<String> brief = table(rows);
    return widest(brief) <= columns ? brief : table(shortened(rows, columns, ellipsis));
  }

  private List<List<String>> rows(boolean brief) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("LINEAGE", "EXPIRES", "RENEWAL", "OTHER NAMES"));
    for (StoredLineage stored : lineages) {
      // No switch over the types: the first of a process costs as much as the rest of the list.
      rows.add(
          stored instanceof StoredLineage.Loaded loaded
              ? row(loaded.lineage(), brief)
              : List.of(stored.name().text(), brief ? "damaged" : "its state is damaged", "-", ""));
    }
    return rows;
  }

  private List<String> row(Lineage lineage, boolean brief) {
    String name = lineage.name().text();
    List<String> others = new ArrayList<>(LineageReport.names(lineage));
    others.remove(name);
    return List.of(
        name,
        LineageReport.expiry(lineage, now, brief),
        LineageReport.renewal(lineage, now, brief),
        brief && others.size() > 1
            ? others.getFirst() + " +" + (others.size() - 1)
            : String.join(" ", others));
  }

  /** The rows as lines; without the last column where no lineage has other names. */
  private static List<String> table(List<List<String>> rows) {
    boolean others = width(rows.subList(1, rows.size()), 3) > 0;
    Table table = new Table();
    for (List<String> row : rows) {
      table.add(others ? row : row.subList(0, 3));
    }
    return table.lines();
  }

  /**
   * The rows with names cut in the middle: the lineage has half the room, or what others leave.
   * Others are left out where there is no room for both.
   */
  private static List<List<String>> shortened(
      List<List<String>> rows, int columns, String ellipsis) {
    int room = columns - width(rows, 1) - width(rows, 2) - 2 * GAP;
    int lineage = width(rows, 0);
    int others = width(rows.subList(1, rows.size()), 3);
    boolean both = others > 0 && room >= 2 * SHORTEST_NAME + GAP;
    if (both) {
      room -= GAP;
      others = room - Math.min(lineage, room / 2);
      room -= others;
    }
    List<List<String>> shortened = new ArrayList<>();
    for (List<String> row : rows) {
      shortened.add(
          List.of(
              middleCut(row.get(0), Math.max(SHORTEST_NAME, room), ellipsis),
              row.get(1),
              row.get(2),
              both ? middleCut(row.get(3), others, ellipsis) : ""));
    }
    return shortened;
  }

  private static String middleCut(String text, int width, String ellipsis) {
    if (text.length() <= width) {
      return text;
    }
    int end = (width - ellipsis.length()) / 2;
    int start = width - ellipsis.length() - end;
    return text.substring(0, start) + ellipsis + text.substring(text.length() - end);
  }

  private static int width(List<List<String>> rows, int column) {
    int width = 0;
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }

  private static int widest(List<String> lines) {
    int width = 0;
    for (String line : lines) {
      width = Math.max(width, line.length());
    }
    return width;
  }
}
