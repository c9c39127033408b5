package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The manual pages, as man(1) shows them. */
class ManualIT {

  @TempDir Path directory;

  @Test
  void everyCommandHasAPageThatManShowsWithoutAWarning() throws Exception {
    assumeThat(Path.of("/usr/bin/man")).as("man(1), which shows the pages").exists();

    Manual.main(new String[] {directory.toString()});

    try (Stream<Path> pages = Files.list(directory.resolve("man/man1"))) {
      assertThat(pages).hasSize(Commands.names().size() + 1);
    }
    for (String name : Commands.names()) {
      String shown = man(directory.resolve("man/man1/v6cert-" + name + ".1"));
      assertThat(shown).contains("v6cert " + name + " [OPTIONS]", "EXAMPLES", "EXIT STATUS");
      assertThat(shown).doesNotContain("warning:");
    }
    assertThat(man(directory.resolve("man/man1/v6cert.1"))).contains("v6cert-obtain(1)");
  }

  private static String man(Path page) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of("man", "--warnings=w", "-E", "UTF-8", "-l", "-Tutf8", page.toString()));
    builder.environment().put("MANWIDTH", "120");
    builder.environment().put("GROFF_NO_SGR", "1");
    builder.environment().put("MAN_KEEP_FORMATTING", "");
    Process process = builder.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    // Bold letters are struck twice.
    return text.replaceAll(".\b", "").replace('‐', '-').replace('−', '-');
  }
}
