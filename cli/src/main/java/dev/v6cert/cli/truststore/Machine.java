package dev.v6cert.cli.truststore;

import dev.v6cert.cli.setting.Environment;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The parts of the operating system in which trust stores are found.
 *
 * @param root the file system, {@code /} but in tests
 * @param home of the user whose browsers are meant
 * @param platform the kind of operating system
 * @param superuser whether the process runs as root
 * @param variables the environment
 * @param asUser words in front of a command that is to run as that user; none for the own user
 */
public record Machine(
    Path root,
    Path home,
    Environment.Platform platform,
    boolean superuser,
    Map<String, String> variables,
    List<String> asUser) {

  /** Another root of the file system, for tests. */
  private static final String OTHER_ROOT = "v6cert.trust.root";

  /** Ordinary users of Debian have none of these on their path. */
  private static final List<String> SYSTEM_PROGRAMS = List.of("/usr/sbin", "/sbin", "/usr/bin");

  /** Copies the collections. */
  public Machine {
    variables = Map.copyOf(variables);
    asUser = List.copyOf(asUser);
  }

  /**
   * The machine of the process. Below sudo the browsers are those of the user who typed it.
   *
   * @throws InterruptedException when the process is told to stop meanwhile
   */
  public static Machine of(Environment environment) throws InterruptedException {
    String user = environment.variable("SUDO_USER");
    Optional<Path> home = Optional.empty();
    if (environment.superuser() && user.matches("[a-z_][a-z0-9_-]*") && !user.equals("root")) {
      home = homeOf(user);
    }
    return new Machine(
        Path.of(System.getProperty(OTHER_ROOT, "/")),
        home.orElse(environment.home()),
        environment.platform(),
        environment.superuser(),
        variables(environment),
        home.isPresent() ? List.of("runuser", "-u", user, "--") : List.of());
  }

  /** Without the Java installation that the tests themselves run on. */
  private static Map<String, String> variables(Environment environment) {
    Map<String, String> variables = new HashMap<>(environment.variables());
    if (System.getProperty(OTHER_ROOT) != null) {
      variables.remove("JAVA_HOME");
    }
    return variables;
  }

  private static Optional<Path> homeOf(String user) throws InterruptedException {
    try {
      String[] fields = StoreTool.run(List.of("getent", "passwd", user), "").out().split(":", -1);
      return fields.length > 5 ? Optional.of(Path.of(fields[5])) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A path of the file system, such as {@code /etc/ssl}. */
  Path at(String absolute) {
    return root.resolve(absolute.substring(1));
  }

  /** The program of the name; that of another root before the machine's own. */
  Optional<Path> program(String name) {
    List<Path> directories = new ArrayList<>();
    SYSTEM_PROGRAMS.forEach(directory -> directories.add(at(directory)));
    for (String directory : variables.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (directory.startsWith("/") || platform == Environment.Platform.WINDOWS) {
        directories.add(Path.of(directory));
      }
    }
    SYSTEM_PROGRAMS.forEach(directory -> directories.add(Path.of(directory)));
    return directories.stream()
        .map(directory -> directory.resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The command line of a program that runs as the user whose browsers are meant. */
  List<String> asUser(List<String> command) {
    List<String> words = new ArrayList<>(asUser);
    words.addAll(command);
    return words;
  }
}
