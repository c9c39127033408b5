package dev.v6cert.cli.terminal;

/**
 * The look of text: with colour or without, with signs of Unicode or of ASCII.
 *
 * @param color whether to write ECMA-48 colour sequences
 * @param unicode whether the character set has the signs
 */
public record Palette(boolean color, boolean unicode) {

  /** No colour and no sign beyond ASCII. */
  public static final Palette PLAIN = new Palette(false, false);

  private static final String ESCAPE = "\u001b[";

  /** Good news. */
  public String green(String text) {
    return paint("32", text);
  }

  /** Bad news. */
  public String red(String text) {
    return paint("31", text);
  }

  /** A warning. */
  public String yellow(String text) {
    return paint("33", text);
  }

  /** Emphasises a text. */
  public String bold(String text) {
    return paint("1", text);
  }

  /** Puts a text into the background. */
  public String dim(String text) {
    return paint("2", text);
  }

  /** The sign of a step that is done. */
  public String tick() {
    return green(unicode ? "✓" : "+");
  }

  /** The sign of a step that failed. */
  public String cross() {
    return red(unicode ? "✗" : "x");
  }

  /** The sign of a remark below a step. */
  public String dot() {
    return dim(unicode ? "·" : "-");
  }

  private String paint(String code, String text) {
    return color ? ESCAPE + code + "m" + text + ESCAPE + "0m" : text;
  }
}
