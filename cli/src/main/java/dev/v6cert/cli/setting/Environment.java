package dev.v6cert.cli.setting;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The surroundings of the process: variables, the user's home, and the directories of its platform.
 *
 * @param variables the environment
 * @param home the user's home directory
 * @param systemDirectory where the machine-wide settings are, {@code /etc/v6cert}
 * @param platform the kind of operating system
 * @param superuser whether the process runs as root
 */
public record Environment(
    Map<String, String> variables,
    Path home,
    Path systemDirectory,
    Platform platform,
    boolean superuser) {

  /** The kinds of operating system that keep state and settings in different places. */
  public enum Platform {
    /** Linux and the other Unixes: the XDG base directories. */
    UNIX,
    /** macOS: {@code ~/Library/Application Support}. */
    MACOS,
    /** Windows: {@code %LOCALAPPDATA%}. */
    WINDOWS
  }

  private static final String PROGRAM = "v6cert";

  /** The settings file's name, in the user's and the machine's directory. */
  public static final String SETTINGS_FILE = "v6cert.properties";

  /** The environment of this process. */
  public static Environment ofProcess() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    Platform platform =
        os.startsWith("mac")
            ? Platform.MACOS
            : os.startsWith("windows") ? Platform.WINDOWS : Platform.UNIX;
    return new Environment(
        System.getenv(),
        Path.of(System.getProperty("user.home", "")),
        Path.of("/etc", PROGRAM),
        platform,
        "root".equals(System.getProperty("user.name")));
  }

  /** The variable's value, empty when it is not set. */
  public String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  /** The settings file of the machine. */
  public Path systemSettings() {
    return systemDirectory.resolve(SETTINGS_FILE);
  }

  /** The settings file of the user. */
  public Path userSettings() {
    return userConfiguration().resolve(PROGRAM).resolve(SETTINGS_FILE);
  }

  /** The directory for the user's settings: {@code ~/.config}, and its like elsewhere. */
  public Path userConfiguration() {
    return userDirectory("XDG_CONFIG_HOME", ".config");
  }

  /**
   * The directory of accounts and certificates when no setting names one: systemd's {@code
   * STATE_DIRECTORY}, else root's {@code /var/lib/v6cert}, else the user's own.
   */
  public SettingValue stateDirectory() {
    String bySystemd = variable("STATE_DIRECTORY");
    if (!bySystemd.isEmpty()) {
      int end = bySystemd.indexOf(':');
      return given(
          Path.of(end < 0 ? bySystemd : bySystemd.substring(0, end)),
          new Origin.Environment("STATE_DIRECTORY"));
    }
    if (superuser && platform == Platform.UNIX) {
      return given(Path.of("/var/lib", PROGRAM), new Origin.Default());
    }
    return given(
        userDirectory("XDG_STATE_HOME", ".local/state").resolve(PROGRAM), new Origin.Default());
  }

  /** The program as this user types it. */
  public String program() {
    return superuser && platform != Platform.WINDOWS ? "sudo " + PROGRAM : PROGRAM;
  }

  private static SettingValue given(Path path, Origin origin) {
    return new SettingValue(List.of(path.toString()), origin);
  }

  private Path userDirectory(String xdgVariable, String xdgDefault) {
    String chosen =
        switch (platform) {
          case UNIX -> variable(xdgVariable);
          case MACOS -> "";
          case WINDOWS -> variable("LOCALAPPDATA");
        };
    // The XDG specification: a relative path is to be ignored.
    Path base = Path.of(chosen);
    if (!chosen.isEmpty() && base.isAbsolute()) {
      return base;
    }
    String fallback =
        switch (platform) {
          case UNIX -> xdgDefault;
          case MACOS -> "Library/Application Support";
          case WINDOWS -> "AppData/Local";
        };
    return home.resolve(fallback);
  }
}
