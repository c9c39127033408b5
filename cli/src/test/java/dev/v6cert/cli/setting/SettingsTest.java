package dev.v6cert.cli.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  private static final Setting<String> COLOR = Setting.of("color", "WHEN", it -> it).orElse("auto");
  private static final Setting<List<String>> ZONE =
      Setting.ofMany("zone", "ZONE", it -> it).under("dns-server");
  private static final Setting<Boolean> QUIET = Setting.ofSwitch("quiet");
  private static final Setting<Boolean> FORCE = Setting.ofSwitch("force").onlyAsFlag();
  private static final List<Setting<?>> ALL = List.of(COLOR, ZONE, QUIET, FORCE);

  @TempDir Path home;
  private final Map<String, String> variables = new HashMap<>();
  private final Map<String, SettingValue> flags = new HashMap<>();
  private Optional<Path> config = Optional.empty();
  private Path user = Path.of("");
  private Path system = Path.of("");

  @BeforeEach
  void paths() throws IOException {
    user = home.resolve(".config/v6cert/v6cert.properties");
    system = home.resolve("etc/v6cert.properties");
    Files.createDirectories(user.getParent());
    Files.createDirectories(system.getParent());
  }

  @Test
  void eachSourceGivesWayToTheOneBeforeIt() throws Exception {
    assertThat(color()).isEqualTo("auto from default");
    Files.writeString(system, "\n\ncolor=machine\n");
    assertThat(color()).isEqualTo("machine from " + system + ":3");
    Files.writeString(user, "color=user\n");
    assertThat(color()).isEqualTo("user from " + user + ":1");
    config = Optional.of(Files.writeString(home.resolve("mine"), "color: file\n"));
    assertThat(color()).isEqualTo("file from " + config.get() + ":1");
    variables.put("V6CERT_COLOR", "variable");
    assertThat(color()).isEqualTo("variable from V6CERT_COLOR");
    flags.put("color", new SettingValue(List.of("flag"), new Origin.Flag("--color")));
    assertThat(color()).isEqualTo("flag from --color");
  }

  @Test
  void anEmptyVariableIsNone() throws Exception {
    variables.put("V6CERT_COLOR", "");

    assertThat(color()).isEqualTo("auto from default");
  }

  @Test
  void manyValuesStandApartByBlanksAndALineMayGoOn() throws Exception {
    Files.writeString(user, "# zones\ndns-server.zone = a.test \\\n    b.test\n");

    assertThat(settings().values(ZONE)).containsExactly("a.test", "b.test");
    variables.put("V6CERT_DNS_SERVER_ZONE", "c.test");
    assertThat(settings().values(ZONE)).containsExactly("c.test");
  }

  @ParameterizedTest
  @CsvSource({"true, true", "1, true", "YES, true", "off, false", "false, false"})
  void aSwitchTakesATruthValue(String text, boolean value) throws Exception {
    variables.put("V6CERT_QUIET", text);

    assertThat(settings().value(QUIET)).isEqualTo(value);
  }

  @Nested
  class AnError {

    @Test
    void isAValueThatCannotBeReadAndItsPlaceIsNamed() throws Exception {
      Files.writeString(user, "\nquiet=perhaps\n");

      assertThat(failure())
          .isEqualTo(
              new CliFailure.BadSetting(
                  "quiet",
                  "perhaps",
                  "it is neither true nor false",
                  user + ":2",
                  Optional.empty()));
    }

    @Test
    void namesTheCommandWhoseHelpExplainsAnOptionThatWasTyped() {
      flags.put("quiet", new SettingValue(List.of("perhaps"), new Origin.Flag("--quiet")));

      assertThat(failure())
          .isEqualTo(
              new CliFailure.BadSetting(
                  "quiet",
                  "perhaps",
                  "it is neither true nor false",
                  "--quiet",
                  Optional.of("name")));
    }

    @Test
    void isAnUnknownKeyOrVariable() throws Exception {
      variables.put("V6CERT_COLOUR", "x");
      assertThat(failure())
          .isEqualTo(
              new CliFailure.UnknownSetting(
                  "V6CERT_COLOUR", "the environment", Optional.of("V6CERT_COLOR")));
      variables.clear();
      Files.writeString(system, "dns.zone=x\n");
      assertThat(failure())
          .isEqualTo(new CliFailure.UnknownSetting("dns.zone", system + ":1", Optional.empty()));
    }

    @Test
    void isAnActOfTheMomentInAFile() throws Exception {
      Files.writeString(user, "force=true\n");

      assertThat(failure()).isEqualTo(new CliFailure.OnlyOnCommandLine("--force", user + ":1"));
    }

    @Test
    void isAFileThatCannotBeRead() {
      config = Optional.of(home);

      assertThat(failure()).isInstanceOf(CliFailure.UnreadableSettings.class);
    }

    private CliFailure failure() {
      return assertThatExceptionOfType(CliFailureException.class)
          .isThrownBy(() -> settings())
          .actual()
          .failure();
    }
  }

  private String color() throws CliFailureException {
    Settings settings = settings();
    return settings.value(COLOR) + " from " + settings.given(COLOR).orElseThrow().origin();
  }

  private Settings settings() throws CliFailureException {
    Environment environment =
        new Environment(variables, home, home.resolve("etc"), Environment.Platform.UNIX, false);
    List<Map<String, SettingValue>> sources = new ArrayList<>(List.of(flags));
    sources.addAll(new SettingSources(ALL, ALL::stream).read(environment, config));
    return Settings.of("name", sources, ALL);
  }
}
