package dev.v6cert.cli.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.terminal.Palette;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The QR code, drawn as a terminal draws it, and read by the decoder of Debian's zbar-tools. */
class QrCodeTest {

  private static final String LINK =
      "https://2a01-04f8-0c17-0b8f-0000-0000-0000-0002.sslip.io:8443/?v6cert=kq3o7Zt0Tn2rB9xYc1aV5w";

  /** Pixels of half a character, which is about as wide as it is high. */
  private static final int PIXELS = 4;

  private static final int WHITE = 255;
  private static final int BLACK = 0;

  @TempDir Path home;

  @ParameterizedTest(name = "colour {0}, dark terminal {1}")
  @CsvSource({"true, true", "true, false", "false, true"})
  void isReadFromATerminal(boolean color, boolean darkTerminal) throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/zbarimg")), "zbarimg (zbar-tools) is not installed");
    List<String> lines = QrCode.lines(LINK, new Palette(color, true));
    // Where colours are set they are the code's own; else letters stand out from the terminal's.
    int letter = color || !darkTerminal ? BLACK : WHITE;
    Path picture = home.resolve("code.pgm");
    Files.write(picture, picture(lines, letter, WHITE - letter, darkTerminal));

    assertThat(decoded(picture)).isEqualTo(LINK);
    assertThat(lines)
        .allSatisfy(line -> assertThat(bare(line)).hasSize(bare(lines.get(0)).length()));
    assertThat(bare(lines.getFirst()).length()).as("fits into 80 columns").isLessThanOrEqualTo(80);
  }

  private static String bare(String line) {
    return line.replaceAll("\u001b\\[[0-9;]*m", "");
  }

  /** The screen: the code, and the terminal's own colour around it. */
  private static byte[] picture(List<String> lines, int letter, int between, boolean dark) {
    int around = 4;
    int columns = bare(lines.getFirst()).length() + 2 * around;
    int rows = 2 * (lines.size() + 2 * around);
    int[][] modules = new int[rows][columns];
    for (int[] row : modules) {
      java.util.Arrays.fill(row, dark ? BLACK : WHITE);
    }
    for (int y = 0; y < lines.size(); y++) {
      String line = bare(lines.get(y));
      for (int x = 0; x < line.length(); x++) {
        char c = line.charAt(x);
        modules[2 * (y + around)][x + around] = c == '█' || c == '▀' ? letter : between;
        modules[2 * (y + around) + 1][x + around] = c == '█' || c == '▄' ? letter : between;
      }
    }
    StringBuilder text = new StringBuilder("P2 ");
    text.append(columns * PIXELS).append(' ').append(rows * PIXELS).append(" 255\n");
    for (int y = 0; y < rows * PIXELS; y++) {
      for (int x = 0; x < columns * PIXELS; x++) {
        text.append(modules[y / PIXELS][x / PIXELS]).append(' ');
      }
      text.append('\n');
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static String decoded(Path picture) throws IOException {
    Process zbar =
        new ProcessBuilder(
                "zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", picture + "")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new String(zbar.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
