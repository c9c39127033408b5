package dev.v6cert.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The exit codes are a contract with scripts: neither the numbers nor their documents change. */
class ExitStatusTest {

  @Test
  void numbersAreThoseThatScriptsKnow() {
    Map<ExitStatus, Integer> codes =
        Stream.of(ExitStatus.values())
            .collect(Collectors.toMap(Function.identity(), ExitStatus::code));

    assertThat(codes)
        .containsOnly(
            Map.entry(ExitStatus.DONE, 0),
            Map.entry(ExitStatus.BUG, 1),
            Map.entry(ExitStatus.NO_ADDRESS, 10),
            Map.entry(ExitStatus.LATE, 20),
            Map.entry(ExitStatus.FAILING, 21),
            Map.entry(ExitStatus.EXPIRING, 22),
            Map.entry(ExitStatus.EXPIRED, 23),
            Map.entry(ExitStatus.UNSCHEDULED, 24),
            Map.entry(ExitStatus.USAGE, 64),
            Map.entry(ExitStatus.UNAVAILABLE, 69),
            Map.entry(ExitStatus.TEMPORARY, 75),
            Map.entry(ExitStatus.REFUSED, 76),
            Map.entry(ExitStatus.NOT_PERMITTED, 77),
            Map.entry(ExitStatus.CONFIGURATION, 78));
  }

  @Test
  void everyCodeIsInTheReference() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../docs/cli.md"));
    TreeSet<Integer> documented =
        lines.subList(lines.indexOf("## Exit codes"), lines.indexOf("## Files")).stream()
            .filter(line -> line.matches("\\| \\d.*"))
            .flatMap(line -> Pattern.compile("\\d+").matcher(line.split("\\|", -1)[1]).results())
            .map(number -> Integer.parseInt(number.group()))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(documented)
        .containsAll(Stream.of(ExitStatus.values()).map(ExitStatus::code).toList());
  }
}
