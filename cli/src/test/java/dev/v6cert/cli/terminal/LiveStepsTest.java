package dev.v6cert.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveStepsTest {

  private static final String ERASE = "\r\u001b[J";
  private static final String NO_WRAPPING = "\u001b[?7l";
  private static final String WRAPPING = "\u001b[?7h";
  private static final String LONG = "asking the DNS for " + "2800-".repeat(20) + "example";

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final AtomicInteger width = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 40, 80, 130})
  void theOpenStepTakesOneRow(int columns) {
    width.set(columns);

    steps(true).begin(LONG);

    assertThat(drawn()).hasSizeLessThan(Math.max(columns, 3));
  }

  @Test
  void aTextThatFitsIsWhole() {
    width.set(40);

    steps(true).begin("a".repeat(37));

    assertThat(drawn()).endsWith(" " + "a".repeat(37));
  }

  @Test
  void aCutTextSaysSo() {
    width.set(40);

    steps(true).begin("a".repeat(38));

    assertThat(drawn()).endsWith("a…").hasSize(39);
  }

  @Test
  void aCutTextSaysSoInAscii() {
    width.set(40);

    steps(false).begin("a".repeat(38));

    assertThat(drawn()).endsWith("a...").hasSize(39);
  }

  @Test
  void aNarrowerTerminalGetsANarrowerRow() {
    width.set(130);
    Steps steps = steps(true);
    steps.begin(LONG);

    width.set(30);
    steps.note("resized");

    assertThat(drawn()).hasSize(29);
  }

  @Test
  void theOpenStepNeverWrapsAndTheCursorStaysAtItsBeginning() {
    width.set(40);

    steps(true).begin("one");

    assertThat(screen.toString(StandardCharsets.UTF_8))
        .endsWith(ERASE + NO_WRAPPING + "⠋ one" + WRAPPING + "\r");
  }

  @Test
  void theCursorStaysBehindItWhereAnotherProcessWrites() {
    width.set(40);
    Steps steps = steps(true);

    steps.shareTerminal();
    steps.begin("one");

    assertThat(screen.toString(StandardCharsets.UTF_8))
        .endsWith(ERASE + NO_WRAPPING + "⠋ one" + WRAPPING);
  }

  @Test
  void aStepThatIsDoneIsWhole() {
    width.set(20);
    Steps steps = steps(true);
    steps.begin(LONG);

    steps.done(LONG);

    assertThat(drawn()).isEqualTo("✓ " + LONG + "\n");
  }

  private Steps steps(boolean unicode) {
    return new LiveSteps(
        new PrintStream(screen, true, StandardCharsets.UTF_8),
        new Palette(false, unicode),
        width::get);
  }

  /** The text written since the line was erased last. */
  private String drawn() {
    String all = screen.toString(StandardCharsets.UTF_8);
    return all.substring(all.lastIndexOf(ERASE) + ERASE.length())
        .replace(NO_WRAPPING, "")
        .replace(WRAPPING, "")
        .replaceFirst("\r$", "");
  }
}
