package dev.v6cert.cli.setting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.option.GlobalSettings;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

  @ParameterizedTest
  @CsvSource({
    "name --zone nip.io, name, --zone nip.io",
    "--quiet name, name, --quiet",
    "--config FILE name ::1, name, --config FILE ::1",
    "--config=FILE name, name, --config=FILE",
    "--state-dir name name, name, --state-dir name",
    "--unknown name, name, --unknown"
  })
  void theCommandIsTheFirstWordThatIsNoOptionAndNoValueOfOne(
      String line, String command, String rest) {
    Arguments arguments = Arguments.of(List.of(line.split(" ", -1)), GlobalSettings.ALL);

    assertThat(arguments.command()).contains(command);
    assertThat(String.join(" ", arguments.rest())).isEqualTo(rest);
  }

  @ParameterizedTest
  @CsvSource({"--quiet", "--config FILE", "--config"})
  void thereMayBeNoCommand(String line) {
    assertThat(Arguments.of(List.of(line.split(" ", -1)), GlobalSettings.ALL).command()).isEmpty();
  }
}
