package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.failure.ExitStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A person at a real terminal, that of script(1): the question about the terms, colour, Ctrl-C. */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TerminalIT {

  private static final Path SCRIPT = Path.of("/usr/bin/script");
  private static final String QUESTION = "[y/N] ";

  /** The beginning of an open step's row, as a regular expression. */
  private static final String OPEN = "[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] ";

  private static final String CTRL_C = "\u0003";
  private static final Duration TIDY = Duration.ofSeconds(2);

  @RegisterExtension static final RunningNetwork network = new RunningNetwork();

  @TempDir Path home;
  private List<String> words = List.of();
  private String after = "";

  @BeforeAll
  static void needScript() {
    Assumptions.assumeTrue(Files.isExecutable(SCRIPT), "there is no " + SCRIPT);
  }

  @BeforeEach
  void leaveTheTermsOpen() {
    words = new ArrayList<>(List.of("obtain"));
    words.addAll(network.options());
    words.remove("--agree-tos");
  }

  @Test
  void aYesGoesOnToTheCertificate() throws Exception {
    Process process = start();
    String before = readUntil(process.getInputStream(), QUESTION);

    answer(process, "y\n");

    String after = readUntil(process.getInputStream(), "privkey.pem");
    assertThat(before).contains("terms of service").contains("\u001b[32m✓");
    assertThat(after).contains("\r\u001b[J").contains("installed in");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void aNoPlacesNoOrder() throws Exception {
    Process process = start();
    readUntil(process.getInputStream(), QUESTION);

    answer(process, "n\n");

    assertThat(readUntil(process.getInputStream(), "--agree-tos")).contains("not agreed to");
    assertThat(process.waitFor()).isEqualTo(ExitStatus.USAGE.code());
  }

  @Test
  void ctrlCAtTheQuestionEndsItAtOnce() throws Exception {
    Process process = start();
    readUntil(process.getInputStream(), QUESTION);
    long start = System.nanoTime();

    answer(process, CTRL_C);

    assertThat(process.waitFor(TIDY.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIDY);
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(readUntil(process.getInputStream(), "interrupted"))
        .containsPattern("\\n(\\u001b\\[31m)?error:");
  }

  /**
   * tmux is a terminal that keeps what has scrolled away, so a row that was left behind is seen.
   */
  @ParameterizedTest
  @ValueSource(ints = {40, 80, 130})
  void theOpenStepLeavesNothingBehind(int columns) throws Exception {
    words.add("--agree-tos");
    String line = Tmux.quoted(network.machine(home).process(List.of(), words).command());

    String screen = screen(columns, line, "privkey.pem");

    assertThat(screen).contains("✓ order placed").contains("privkey.pem");
    assertThat(screen.lines()).noneMatch(row -> row.matches(OPEN + ".*"));
  }

  /** tmux wraps the rows of a narrower window anew, as most terminals do. */
  @Test
  void aWindowThatIsResizedKeepsNoRowOfTheOpenStep() throws Exception {
    Path goOn = home.resolve("go-on");
    assertThat(new ProcessBuilder("mkfifo", goOn.toString()).start().waitFor()).isZero();
    words.addAll(List.of("--agree-tos", "--pre-hook", "cat " + goOn));
    String line = Tmux.quoted(network.machine(home).process(List.of(), words).command());

    try (Tmux tmux = new Tmux(network.machine(home), 80, line)) {
      tmux.await(OPEN + "running the pre hook");
      for (int columns : new int[] {16, 80, 11, 7}) {
        tmux.resize(columns);
        String step = "running the pre hook";
        int room = columns - 3;
        tmux.await(OPEN + (room < step.length() ? step.substring(0, room - 1) + "…" : step));
      }
      tmux.resize(130);
      Files.writeString(goOn, "go on");
      String screen = tmux.await("privkey\\.pem");

      assertThat(screen).contains("✓ pre hook ran").contains("✓ order placed");
      assertThat(screen.lines())
          .noneMatch(row -> row.matches(OPEN + ".*"))
          .noneMatch(row -> row.matches(" *(running|the pre|hook|ing|pre|ho|ok)\\b.*"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {40, 80, 130})
  void aListFitsIntoTheTerminalAndNamesALineageOnce(int columns) throws Exception {
    V6cert machine = network.machine(home);
    assertThat(machine.run(network.options(), "obtain").code()).isEqualTo(ExitStatus.DONE.code());
    assertThat(machine.run(network.options(), "obtain", "--lineage", "web", "--ip").code())
        .isEqualTo(ExitStatus.DONE.code());
    Path launcher = Checkout.make(home.resolve("checkout")).app().resolve("bin/v6cert");
    String line =
        "V6CERT_NO_CACHE=1 V6CERT_JAVA_HOME="
            + Tmux.quoted(List.of(System.getProperty("java.home"), launcher.toString(), "list"));

    List<String> piped = machine.run("list").out().lines().toList();
    List<String> rows =
        screen(columns, line, "schedule --install").lines().filter(TerminalIT::isOfATable).toList();

    String name = TestNetwork.NAME;
    String in = "in \\d\\S+( \\d\\S+)?";
    assertThat(piped).hasSize(3).anyMatch(row -> row.matches(name + " .* UTC \\(in [^)]*\\)"));
    assertThat(piped.getLast())
        .matches("web .* UTC \\(in .*\\) +" + name + " " + TestNetwork.ADDRESS);
    assertThat(rows)
        .hasSize(3)
        .allSatisfy(row -> assertThat(row.length()).isLessThanOrEqualTo(columns));
    String shown = columns < 130 ? "2a01-\\S+…\\S*v6\\.test" : name;
    assertThat(rows.get(1)).matches(shown + "  " + in + "  +" + in);
    assertThat(rows.getLast())
        .matches("web  +" + in + "  +" + in + (columns < 80 ? "" : "  +" + shown + " \\+1"));
  }

  private static boolean isOfATable(String row) {
    return row.startsWith("LINEAGE") || row.startsWith("2a01") || row.startsWith("web ");
  }

  /** The screen of a terminal in which a line is run, once a text is on it. */
  private String screen(int columns, String line, String awaited) throws Exception {
    try (Tmux tmux = new Tmux(network.machine(home), columns, line)) {
      return tmux.await(Pattern.quote(awaited));
    }
  }

  @Test
  void noInputAsksNothing() throws Exception {
    words.add("--no-input");

    Process process = start();

    assertThat(readUntil(process.getInputStream(), "--agree-tos")).doesNotContain(QUESTION);
    assertThat(process.waitFor()).isEqualTo(ExitStatus.USAGE.code());
  }

  @Test
  void aPasswordIsAskedForTwiceAndNotSeen() throws Exception {
    exportOf("cert.p12");
    Process process = start();
    String seen = readUntil(process.getInputStream(), "file: ");

    answer(process, "sesame-9\n");
    seen += readUntil(process.getInputStream(), "again: ");
    answer(process, "sesame-9\n");

    seen += readUntil(process.getInputStream(), "cert.p12\r\n");
    assertThat(process.waitFor()).isZero();
    assertThat(seen).doesNotContain("sesame");
    assertThat(home.resolve("cert.p12")).isNotEmptyFile();
  }

  @Test
  void ctrlCAtThePasswordWritesNothingAndLeavesTheEchoOn() throws Exception {
    exportOf("cert.p12");
    after = "; stty -a";
    Process process = start();
    readUntil(process.getInputStream(), "file: ");

    answer(process, CTRL_C);

    assertThat(readUntil(process.getInputStream(), "extproc"))
        .contains("interrupted", " echo ", "echoctl")
        .doesNotContain("-echo ");
    assertThat(home.resolve("cert.p12")).doesNotExist();
  }

  private void exportOf(String file) throws Exception {
    assertThat(network.machine(home).run(network.options(), "obtain").code()).isZero();
    words = List.of("export", TestNetwork.NAME, "--out", home.resolve(file).toString());
  }

  private Process start() throws IOException {
    ProcessBuilder builder = network.machine(home).process(List.of(), words);
    String line = Tmux.quoted(builder.command());
    builder.command(
        SCRIPT.toString(),
        "-qec",
        (after.isEmpty() ? "exec " : "trap : INT; ") + line + after,
        "/dev/null");
    builder.environment().put("TERM", "xterm");
    builder.environment().remove("NO_COLOR");
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder.redirectErrorStream(true).start();
  }

  private static void answer(Process process, String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  private static String readUntil(InputStream stream, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    byte[] buffer = new byte[4096];
    while (text.indexOf(end) < 0) {
      int length = stream.read(buffer);
      if (length < 0) {
        throw new AssertionError("no \"" + end + "\" in " + text);
      }
      text.append(new String(buffer, 0, length, StandardCharsets.UTF_8));
    }
    return text.toString();
  }
}
