package dev.v6cert.cli.up;

import dev.v6cert.cli.terminal.Palette;
import io.nayuki.qrcodegen.QrCode.Ecc;
import java.util.ArrayList;
import java.util.List;

/**
 * A text as a QR code for a terminal, two modules in a character. The colours are set, where they
 * may be: scanners want dark on light, whatever the terminal's own.
 */
public final class QrCode {

  /** The standard asks for four modules around it; two are enough for today's cameras. */
  private static final int MARGIN = 2;

  private static final String DARK_ON_LIGHT = "\u001b[30;107m";
  private static final String RESET = "\u001b[0m";

  private QrCode() {}

  /** The lines, each of the same width. */
  public static List<String> lines(String text, Palette palette) {
    io.nayuki.qrcodegen.QrCode code = io.nayuki.qrcodegen.QrCode.encodeText(text, Ecc.LOW);
    List<String> lines = new ArrayList<>();
    for (int y = -MARGIN; y < code.size + MARGIN; y += 2) {
      StringBuilder line = new StringBuilder();
      for (int x = -MARGIN; x < code.size + MARGIN; x++) {
        line.append(
            palette.color()
                ? block(code.getModule(x, y), code.getModule(x, y + 1))
                : block(!code.getModule(x, y), !code.getModule(x, y + 1)));
      }
      lines.add(palette.color() ? DARK_ON_LIGHT + line + RESET : line.toString());
    }
    return lines;
  }

  private static char block(boolean upper, boolean lower) {
    if (upper) {
      return lower ? '█' : '▀';
    }
    return lower ? '▄' : ' ';
  }
}
