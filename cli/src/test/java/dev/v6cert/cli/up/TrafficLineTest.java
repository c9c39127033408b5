package dev.v6cert.cli.up;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.Palette;
import dev.v6cert.proxy.Traffic;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrafficLineTest {

  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(screen, true, StandardCharsets.UTF_8);
  private final TrafficLine line =
      new TrafficLine(
          new Console(
                  new Console.Results(err, Palette.PLAIN, false),
                  err,
                  new Palette(false, true),
                  Console.Progress.LIVE,
                  Optional.empty())
              .steps());

  @Test
  void countsRequestsAndNamesTheLast() {
    assertThat(line.text(Instant.now())).isEqualTo("waiting for requests; Ctrl-C ends");
    line.ended(new Traffic("GET", "/first", 200, 1));
    assertThat(line.text(Instant.now())).isEqualTo("1 request: 200; GET /first");
    line.ended(new Traffic("POST", "/second", 404, 1));
    assertThat(line.text(Instant.now())).isEqualTo("2 requests, last: 404; POST /second");
  }

  @Test
  void isNotInALogWhereNobodyCanPressCtrlC() {
    TrafficLine ofAService =
        new TrafficLine(
            new Console(
                    new Console.Results(err, Palette.PLAIN, false),
                    err,
                    new Palette(false, true),
                    Console.Progress.PLAIN,
                    Optional.empty())
                .steps());
    ofAService.show();
    ofAService.ended(new Traffic("GET", "/", 200, 1));
    ofAService.show();

    assertThat(screen.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void letsNoPathOfAStrangerChangeTheTerminal() {
    line.ended(new Traffic("GET", "/\u001b]0;title\u0007\u001b[2J\r\n\u202e\u0085gone", 200, 1));
    line.show();

    String shown = screen.toString(StandardCharsets.UTF_8);
    assertThat(shown).contains("GET /").contains("title").contains("gone");
    assertThat(
            shown
                .replaceAll("\u001b\\[\\?7[hl]", "")
                .replaceAll("\r?\r\u001b\\[J", "")
                .replaceFirst("\r$", ""))
        .doesNotContain("\u001b")
        .doesNotContain("\u0007")
        .doesNotContain("\r")
        .doesNotContain("\n")
        .doesNotContain("\u202e")
        .doesNotContain("\u0085");
  }
}
