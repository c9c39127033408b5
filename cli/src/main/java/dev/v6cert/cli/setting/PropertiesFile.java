package dev.v6cert.cli.setting;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A settings file: the syntax of {@link Properties} in UTF-8, with the line of every key kept, and
 * a key that is there twice refused.
 */
final class PropertiesFile {

  /**
   * A key's value and the line it starts on, from 1.
   *
   * @param text the value
   * @param line the line
   */
  record Entry(String text, int line) {}

  private PropertiesFile() {}

  /** The entries of a file, in its order. */
  static Map<String, Entry> read(Path file) throws CliFailureException {
    try {
      return parse(file, Files.readAllLines(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file");
    } catch (AccessDeniedException e) {
      throw unreadable(file, "permission denied");
    } catch (CharacterCodingException e) {
      throw unreadable(file, "it is not UTF-8 text");
    } catch (IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Entry> parse(Path file, List<String> lines)
      throws CliFailureException {
    Map<String, Entry> entries = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      int start = i + 1;
      StringBuilder logical = new StringBuilder(lines.get(i));
      while (!isComment(logical) && continues(logical) && i + 1 < lines.size()) {
        i++;
        logical.append('\n').append(lines.get(i));
      }
      Properties one = new Properties();
      try {
        one.load(new StringReader(logical.toString()));
      } catch (IOException | IllegalArgumentException e) {
        throw unreadable(file, "line " + start + " is malformed: " + e.getMessage());
      }
      for (String key : one.stringPropertyNames()) {
        if (standsInQuotes(key, one.getProperty(key))) {
          throw unreadable(
              file,
              "the value of \""
                  + key
                  + "\" on line "
                  + start
                  + " stands in quotes, which would be part of it; leave them out");
        }
        Entry earlier = entries.put(key, new Entry(one.getProperty(key), start));
        if (earlier != null) {
          throw unreadable(
              file, "\"" + key + "\" is set on line " + earlier.line() + " and again on " + start);
        }
      }
    }
    return entries;
  }

  /**
   * Whether one pair of quotes is round the whole value, as shells and other formats have it. A
   * hook's command may be one path in quotes, but no path with arguments.
   */
  private static boolean standsInQuotes(String key, String value) {
    int last = value.length() - 1;
    return last > 0
        && (value.charAt(0) == '"' || value.charAt(0) == '\'')
        && value.indexOf(value.charAt(0), 1) == last
        && !(key.endsWith("-hook") && Files.exists(Path.of(value.substring(1, last))));
  }

  private static boolean isComment(CharSequence line) {
    String start = line.toString().stripLeading();
    return start.startsWith("#") || start.startsWith("!");
  }

  /** Whether the line ends in an odd number of backslashes. */
  private static boolean continues(CharSequence line) {
    int backslashes = 0;
    while (backslashes < line.length() && line.charAt(line.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private static CliFailureException unreadable(Path file, String why) {
    return new CliFailureException(new CliFailure.UnreadableSettings(file, why));
  }
}
