package dev.v6cert.cli.setting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.setting.Surroundings.Platform;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SurroundingsTest {

  private static final Map<String, String> NOTHING = Map.of();

  @Test
  void state_is_the_users_own() {
    assertThat(state(NOTHING, Platform.UNIX, false)).isEqualTo("/home/me/.local/state/v6cert");
    assertThat(state(NOTHING, Platform.MACOS, false))
        .isEqualTo("/home/me/Library/Application Support/v6cert");
    assertThat(state(NOTHING, Platform.WINDOWS, false)).isEqualTo("/home/me/AppData/Local/v6cert");
  }

  @Test
  void state_of_root_is_the_machines() {
    assertThat(state(NOTHING, Platform.UNIX, true)).isEqualTo("/var/lib/v6cert");
  }

  @Test
  void systemd_outranks_both() {
    assertThat(state(Map.of("STATE_DIRECTORY", "/var/lib/a:/var/lib/b"), Platform.UNIX, true))
        .isEqualTo("/var/lib/a");
  }

  @Test
  void a_relative_xdg_directory_is_ignored_as_its_specification_says() {
    assertThat(state(Map.of("XDG_STATE_HOME", "state"), Platform.UNIX, false))
        .isEqualTo("/home/me/.local/state/v6cert");
    assertThat(state(Map.of("XDG_STATE_HOME", "/xdg"), Platform.UNIX, false))
        .isEqualTo("/xdg/v6cert");
  }

  @Test
  void settings_are_the_users_and_the_machines() {
    Surroundings surroundings = of(Map.of("XDG_CONFIG_HOME", "/xdg"), Platform.UNIX, false);

    assertThat(surroundings.userSettings()).isEqualTo(Path.of("/xdg/v6cert/v6cert.properties"));
    assertThat(surroundings.systemSettings()).isEqualTo(Path.of("/etc/v6cert/v6cert.properties"));
  }

  private static String state(Map<String, String> variables, Platform platform, boolean root) {
    return of(variables, platform, root).stateDirectory().text();
  }

  private static Surroundings of(Map<String, String> variables, Platform platform, boolean root) {
    return new Surroundings(variables, Path.of("/home/me"), Path.of("/etc/v6cert"), platform, root);
  }
}
