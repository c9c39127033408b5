package dev.v6cert.testing;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Commands that run a class of the tests in a JVM of its own. */
public final class ChildJvm {

  private ChildJvm() {}

  /** The command for a quick start of {@code main}, with JVM options. */
  public static List<String> command(List<String> options, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData"));
    String logging = "java.util.logging.config.file";
    if (System.getProperty(logging) != null) {
      command.add("-D" + logging + "=" + System.getProperty(logging));
    }
    command.addAll(options);
    // Surefire starts its JVM with one jar that only names the real class path.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }

  /** The command without options. */
  public static List<String> command(Class<?> main, String... arguments) {
    return command(List.of(), main, arguments);
  }
}
