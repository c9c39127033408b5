package dev.v6cert.cli;

import dev.v6cert.cli.command.Description;
import dev.v6cert.cli.command.GlobalSettings;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.terminal.Palette;
import java.util.ArrayList;
import java.util.List;

/** The help of {@code v6cert COMMAND --help}, narrower than 90 columns. */
final class CommandHelp {

  private static final int WIDTH = 90;

  /** Where the names of options start; the letter of {@code -h} stands before. */
  private static final int INDENT = 6;

  /** The longest option that has its explanation on the same line. */
  private static final int LONGEST_BESIDE = 21;

  private static final int GAP = 3;

  private final Description description;
  private final Palette palette;
  private final StringBuilder text = new StringBuilder(4096);

  private CommandHelp(Description description, Palette palette) {
    this.description = description;
    this.palette = palette;
  }

  /** The whole help text. */
  static String text(Description description, Palette palette) {
    return new CommandHelp(description, palette).text();
  }

  private String text() {
    text.append(description.summary()).append(".\n\nUsage: ").append(synopsis()).append('\n');
    if (!description.text().isEmpty()) {
      text.append('\n');
      description.text().forEach(paragraph -> wrap(paragraph, 0, 0));
    }
    int column = INDENT + widest() + GAP;
    description
        .argument()
        .ifPresent(argument -> {
          text.append('\n');
          row("", label(argument), argument.help(), column);
        });
    text.append("\nOptions:\n");
    description.settings().forEach(setting -> row(setting, column));
    row("  " + CommandSyntax.HELP_LETTER + ", ", CommandSyntax.HELP, "show this help", column);
    text.append("\nFor every command:\n");
    GlobalSettings.ALL.forEach(setting -> row(setting, column));
    text.append("\nExamples:\n");
    for (Description.Example example : description.examples()) {
      text.append("  ").append(example.does()).append(":\n    ");
      text.append(palette.bold("v6cert " + example.line())).append('\n');
    }
    return text.toString();
  }

  private String synopsis() {
    return palette.bold("v6cert " + description.name())
        + " [OPTIONS]"
        + description.argument().map(argument -> " " + label(argument)).orElse("");
  }

  private static String label(Description.Argument argument) {
    return argument.required() ? argument.label() : "[" + argument.label() + "]";
  }

  private int widest() {
    int widest = description.argument().map(argument -> label(argument).length()).orElse(0);
    for (List<Setting<?>> settings : List.of(description.settings(), GlobalSettings.ALL)) {
      for (Setting<?> setting : settings) {
        int length = setting.usage().length();
        widest = length <= LONGEST_BESIDE ? Math.max(widest, length) : widest;
      }
    }
    return widest;
  }

  private void row(Setting<?> setting, int column) {
    row("", setting.usage(), setting.explanation(), column);
  }

  private void row(String before, String name, String explanation, int column) {
    text.append(before).repeat(' ', INDENT - before.length()).append(palette.yellow(name));
    int at = INDENT + name.length();
    if (at + GAP > column) {
      text.append('\n');
      at = 0;
    }
    text.repeat(' ', column - at);
    wrap(explanation, column, column + 2);
  }

  /** Appends a paragraph whose first line starts at {@code at}, the others at {@code indent}. */
  private void wrap(String paragraph, int at, int indent) {
    int column = at;
    for (String word : words(paragraph)) {
      if (column > indent && column + 1 + word.length() >= WIDTH) {
        text.append('\n').repeat(' ', indent);
        column = indent;
      } else if (column > at) {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += word.length();
    }
    text.append('\n');
  }

  private static List<String> words(String paragraph) {
    List<String> words = new ArrayList<>();
    int start = 0;
    for (int end = paragraph.indexOf(' '); end >= 0; end = paragraph.indexOf(' ', start)) {
      words.add(paragraph.substring(start, end));
      start = end + 1;
    }
    words.add(paragraph.substring(start));
    return words;
  }
}
