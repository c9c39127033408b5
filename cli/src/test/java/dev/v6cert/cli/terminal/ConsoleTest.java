package dev.v6cert.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.terminal.Console.Progress;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ConsoleTest {

  private static final String ERASE = "\r\u001b[J";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void silentProgressLeavesWarningsAndErrors() {
    Console console = console(Progress.SILENT, "");

    console.steps().begin("working");
    console.steps().note("still");
    console.steps().done("done");
    console.note("good to know");
    console.warn("look here");
    console.error(List.of("what", "why"));

    assertThat(err()).isEqualTo("warning: look here\nerror: what\n  why\n");
  }

  @ParameterizedTest
  @EnumSource(Progress.class)
  void whatStrangersWroteDoesNotCommandTheTerminal(Progress progress) {
    Console console = console(progress, "");
    String evil = "evil\u001b[2J\u009b31m\r\n\u202e";

    console.steps().begin(evil);
    console.steps().note(evil);
    console.steps().done(evil);
    console.note(evil);
    console.warn(evil);

    String text =
        err().replaceAll("\u001b\\[\\?7[hl]", "").replace("\r" + ERASE, "").replace(ERASE, "");
    assertThat(text.lines()).allMatch(line -> !line.isBlank());
    assertThat(text)
        .contains("evil")
        .doesNotContainPattern("[\\p{Cntrl}\\x{80}-\\x{9f}\\x{202e}&&[^\n]]");
  }

  @Test
  void whatIsSaidFollowsTheResultThatItIsAbout() {
    PrintStream results = new PrintStream(new BufferedOutputStream(err), false);
    Console console =
        new Console(
            new Console.Results(results, Palette.PLAIN, false),
            new PrintStream(err, true),
            Palette.PLAIN,
            Progress.PLAIN,
            Optional.empty());

    console.result("one");
    console.note("good to know");
    console.result("two");
    console.warn("look here");

    assertThat(err()).isEqualTo("one\ngood to know\ntwo\nwarning: look here\n");
  }

  @Test
  void plainProgressIsALineWhenAStepOpensAndOneWhenItEnds() {
    Console console = console(Progress.PLAIN, "");

    console.steps().begin("working");
    console.steps().note("still");
    console.steps().done("worked");

    assertThat(err()).isEqualTo("- working ...\n    still\n+ worked\n");
  }

  @Nested
  class LiveProgress {

    @Test
    void endsWithOneLineForEachStep() {
      Console console = console(Progress.LIVE, "");

      console.steps().begin("one");
      console.warn("beware");
      console.steps().begin("two");
      console.steps().done("two done");
      console.steps().done("three");

      assertThat(visible()).containsExactly("warning: beware", "+ one", "+ two done", "+ three");
    }

    @Test
    void marksTheOpenStepWhenTheCommandFails() {
      Console console = console(Progress.LIVE, "");

      console.steps().begin("one");
      console.error(List.of("it broke"));

      assertThat(visible()).containsExactly("x one", "error: it broke");
    }

    /** The final screen: of each line what follows its last erasure. */
    private List<String> visible() {
      List<String> visible = new ArrayList<>();
      for (String line : err().split("\n", -1)) {
        int erasure = line.lastIndexOf(ERASE);
        visible.add(erasure < 0 ? line : line.substring(erasure + ERASE.length()));
      }
      visible.removeLast(); // What follows the last line break.
      return visible;
    }
  }

  @ParameterizedTest
  @CsvSource({"y, true", "YES, true", "'', false", "n, false", "yeah, false"})
  void onlyAClearYesIsOne(String answer, boolean agreed) throws Exception {
    assertThat(console(Progress.PLAIN, answer + "\n").agrees("Well?")).isEqualTo(agreed);
    assertThat(err()).isEqualTo("Well? [y/N] ");
  }

  @Test
  void theEndOfTheInputIsANo() throws Exception {
    assertThat(console(Progress.PLAIN, "").agrees("Well?")).isFalse();
    assertThat(err()).as("what follows stands on a line of its own").endsWith("\n");
  }

  @Nested
  class StandardOutput {

    @Test
    void mayBeClosedByItsReader() throws Exception {
      assertThat(failureOf("Broken pipe")).isEmpty();
    }

    @Test
    void mayNotFailOtherwise() throws Exception {
      assertThat(failureOf("No space left on device")).contains("No space left on device");
    }

    private Optional<String> failureOf(String reason) throws IOException {
      ResultStream stream =
          new ResultStream(
              new OutputStream() {
                @Override
                public void write(int octet) throws IOException {
                  throw new IOException(reason);
                }
              });
      stream.write(new byte[] {1, 2, 3});
      stream.write(4);
      return stream.failure();
    }
  }

  private Console console(Progress progress, String answers) {
    return new Console(
        new Console.Results(
            new PrintStream(out, true, StandardCharsets.UTF_8), Palette.PLAIN, false),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Palette.PLAIN,
        progress,
        Optional.of(new BufferedReader(new StringReader(answers))));
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
