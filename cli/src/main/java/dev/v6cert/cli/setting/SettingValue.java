package dev.v6cert.cli.setting;

import java.util.List;

/**
 * The texts of one setting, as one source gives them.
 *
 * @param texts one text, or several for a setting with many values
 * @param origin where they stand
 */
public record SettingValue(List<String> texts, Origin origin) {

  /** The texts of a file or a variable: of one value as it stands, of many split at blanks. */
  static SettingValue inOneText(String text, Setting<?> setting, Origin origin) {
    String stripped = text.strip();
    boolean many = setting.kind() == Setting.Kind.MANY;
    return new SettingValue(many ? List.of(stripped.split("\\s+", -1)) : List.of(stripped), origin);
  }

  /** The texts with blanks between them. */
  public String text() {
    return String.join(" ", texts);
  }
}
