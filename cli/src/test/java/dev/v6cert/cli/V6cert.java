package dev.v6cert.cli;

import dev.v6cert.cli.Transcript.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The packaged program, run in processes of its own, with the options and the caches of loaded
 * classes that the launcher gives it.
 *
 * @param starter makes a process of a command line, perhaps in a network namespace
 * @param home the home and the working directory of the runs; the state directory lies in it
 */
record V6cert(Function<List<String>, ProcessBuilder> starter, Path home) {

  private static final long LIMIT_SECONDS = 120;
  private static final int MOST_REUSES = 4;

  /** The program in the network of this machine. */
  static V6cert here(Path home) {
    return new V6cert(ProcessBuilder::new, home);
  }

  /** The state directory of the runs. */
  Path state() {
    return home.resolve("state");
  }

  /** A process that is not started yet; its environment has nothing of ours. */
  ProcessBuilder process(List<String> jvmOptions, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(LauncherOptions.of(words));
    command.add("-Duser.home=" + home);
    command.addAll(jvmOptions);
    command.addAll(
        List.of("-cp", System.getProperty("v6cert.lib") + "/v6cert.jar", Main.class.getName()));
    command.addAll(words);
    ProcessBuilder builder = starter.apply(command);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("V6CERT_") || name.startsWith("XDG_"));
    environment.remove("STATE_DIRECTORY");
    environment.remove("COLUMNS");
    environment.put("V6CERT_STATE_DIR", state().toString());
    environment.put("V6CERT_NO_JITTER", "true");
    environment.put("LC_ALL", "C.UTF-8"); // Whatever the user's language.
    return builder;
  }

  /** Runs a command line to its end. */
  Outcome run(String... words) throws IOException, InterruptedException {
    return run(process(List.of(), List.of(words)));
  }

  /**
   * Runs a command line that has names validated, and runs it again where the authority took an
   * earlier validation instead: Pebble does so with one in a hundred even where it is told never
   * to.
   */
  Outcome runValidated(String... words) throws IOException, InterruptedException {
    Outcome outcome = run(words);
    for (int again = 0; again < MOST_REUSES && hasReusedValidation(outcome); again++) {
      outcome = run(words);
    }
    return outcome;
  }

  private static boolean hasReusedValidation(Outcome outcome) {
    return outcome.code() == 0
        && (outcome.err().contains(" was validated before")
            || !outcome.err().contains(" validated\n"));
  }

  /** Runs a command line with more options to its end. */
  Outcome run(List<String> options, String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(options);
    return run(process(List.of(), all));
  }

  /** Runs a process to its end; one that hangs is killed and fails the test. */
  Outcome run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path out = Files.createTempFile(home, "out", ".txt");
    Path err = Files.createTempFile(home, "err", ".txt");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(
          builder.command() + " hangs:\n" + Files.readString(out) + Files.readString(err));
    }
    return new Outcome(
        Files.readString(out, StandardCharsets.UTF_8),
        Files.readString(err, StandardCharsets.UTF_8),
        process.exitValue());
  }

  /** The classes that a command line loads, in order. */
  List<String> loadedClasses(String... words) throws IOException, InterruptedException {
    Path log = Files.createTempFile(home, "classes", ".log");
    Outcome outcome =
        run(
            process(
                List.of("-XX:AOTMode=off", "-Xlog:class+load:file=" + log + "::filecount=0"),
                List.of(words)));
    if (outcome.code() == 1) {
      throw new AssertionError(outcome.toString());
    }
    List<String> classes = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      int end = line.indexOf(" source:");
      if (end > 0) {
        classes.add(line.substring(line.lastIndexOf(' ', end - 1) + 1, end));
      }
    }
    return classes;
  }
}
