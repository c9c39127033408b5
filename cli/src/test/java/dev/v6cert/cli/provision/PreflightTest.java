package dev.v6cert.cli.provision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.plan.ChosenAddress;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.Palette;
import dev.v6cert.ipv6.Ipv6Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class PreflightTest {

  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  private String warning(Callable<List<Finding>> look) throws Exception {
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    Console console =
        new Console(
            new Console.Results(out, Palette.PLAIN, false),
            out,
            Palette.PLAIN,
            Console.Progress.PLAIN,
            Optional.empty());
    FutureTask<List<Finding>> findings = new FutureTask<>(look);
    findings.run();
    ChosenAddress address =
        new ChosenAddress(
            Optional.of(Ipv6Address.parse("2001:db8::1")),
            Optional.of("eth0"),
            Optional.empty(),
            false);
    new Preflight(Settings.of("obtain", List.of(), List.of()), console, address, findings).warn();
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void warnsOfWhatIsInTheWayAndSaysWhatToDo() throws Exception {
    assertThat(warning(() -> List.of(Finding.warn("route", "there is none", "make one"))))
        .isEqualTo("warning: there is none\n    make one\n");
  }

  @Test
  void isSilentWhereAllIsWell() throws Exception {
    assertThat(warning(() -> List.of(Finding.ok("route", "there is one")))).isEmpty();
  }

  @Test
  void keepsNoCertificateBackWhereItCannotLook() throws Exception {
    assertThat(
            warning(() -> {
              throw new IOException("no /proc");
            }))
        .isEmpty();
    assertThat(
            warning(() -> {
              throw new IllegalStateException("rules of a kind that nobody knows");
            }))
        .isEmpty();
  }
}
