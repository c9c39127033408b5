package dev.v6cert.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** Rows of text in columns as wide as their widest cell; the last one runs on. */
public final class Table {

  private final List<List<String>> rows = new ArrayList<>();
  private final List<Integer> widths = new ArrayList<>();

  /** Adds a row; all have the same number of cells. */
  public void add(List<String> cells) {
    rows.add(cells);
    for (int i = 0; i < cells.size(); i++) {
      int length = cells.get(i).length();
      if (i == widths.size()) {
        widths.add(length);
      } else {
        widths.set(i, Math.max(widths.get(i), length));
      }
    }
  }

  /** The rows as lines, without blanks at their ends. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (List<String> cells : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < cells.size(); i++) {
        String cell = cells.get(i);
        line.append(cell).repeat(' ', widths.get(i) - cell.length() + 2);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }
}
