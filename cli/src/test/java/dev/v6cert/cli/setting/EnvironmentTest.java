package dev.v6cert.cli.setting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.setting.Environment.Platform;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {

  private static final Map<String, String> NOTHING = Map.of();

  @Test
  void stateIsTheUsersOwn() {
    assertThat(state(NOTHING, Platform.UNIX, false)).isEqualTo("/home/me/.local/state/v6cert");
    assertThat(state(NOTHING, Platform.MACOS, false))
        .isEqualTo("/home/me/Library/Application Support/v6cert");
    assertThat(state(NOTHING, Platform.WINDOWS, false)).isEqualTo("/home/me/AppData/Local/v6cert");
  }

  @Test
  void stateOfRootIsTheMachines() {
    assertThat(state(NOTHING, Platform.UNIX, true)).isEqualTo("/var/lib/v6cert");
  }

  @Test
  void systemdOutranksBoth() {
    assertThat(state(Map.of("STATE_DIRECTORY", "/var/lib/a:/var/lib/b"), Platform.UNIX, true))
        .isEqualTo("/var/lib/a");
  }

  @Test
  void aRelativeXdgDirectoryIsIgnoredAsItsSpecificationSays() {
    assertThat(state(Map.of("XDG_STATE_HOME", "state"), Platform.UNIX, false))
        .isEqualTo("/home/me/.local/state/v6cert");
    assertThat(state(Map.of("XDG_STATE_HOME", "/xdg"), Platform.UNIX, false))
        .isEqualTo("/xdg/v6cert");
  }

  @Test
  void settingsAreTheUsersAndTheMachines() {
    Environment environment = of(Map.of("XDG_CONFIG_HOME", "/xdg"), Platform.UNIX, false);

    assertThat(environment.userSettings()).isEqualTo(Path.of("/xdg/v6cert/v6cert.properties"));
    assertThat(environment.systemSettings()).isEqualTo(Path.of("/etc/v6cert/v6cert.properties"));
  }

  private static String state(Map<String, String> variables, Platform platform, boolean root) {
    return of(variables, platform, root).stateDirectory().text();
  }

  private static Environment of(Map<String, String> variables, Platform platform, boolean root) {
    return new Environment(variables, Path.of("/home/me"), Path.of("/etc/v6cert"), platform, root);
  }
}
