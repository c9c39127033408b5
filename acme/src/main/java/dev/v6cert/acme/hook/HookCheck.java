package dev.v6cert.acme.hook;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Checks a hook without running it. */
public final class HookCheck {

  /** A first word that the shell takes as it stands, and that is no assignment. */
  private static final Pattern PLAIN_WORD =
      Pattern.compile("\\s*((?:~/)?[A-Za-z0-9_./+@%:-]+)(?=[\\s;|&<>]|$).*", Pattern.DOTALL);

  private HookCheck() {}

  /**
   * The reason why the command cannot work: the shell cannot read it, or there is no such program.
   * Empty where nothing is wrong, or nothing can be told.
   */
  public static Optional<String> fault(String command) {
    if (command.isBlank()) {
      return Optional.of("it is empty");
    }
    if (File.separatorChar == '\\') {
      return Optional.empty(); // cmd.exe can only try.
    }
    if (!shell("-n", "-c", command)) {
      return Optional.of("the shell cannot read it");
    }
    Matcher matcher = PLAIN_WORD.matcher(command);
    return matcher.matches() ? programFault(matcher.group(1)) : Optional.empty();
  }

  private static Optional<String> programFault(String word) {
    if (!word.contains("/")) {
      return shell("-c", "command -v \"$1\" >/dev/null", "sh", word)
          ? Optional.empty()
          : Optional.of("there is no program \"" + word + "\"");
    }
    Path file =
        word.startsWith("~/")
            ? Path.of(System.getProperty("user.home", "/"), word.substring(2))
            : Path.of(word);
    if (!file.isAbsolute()) {
      return Optional.of(word + " is relative, and timers run hooks in another directory");
    }
    if (!Files.isRegularFile(file)) {
      return Optional.of("there is no file " + word);
    }
    return Files.isExecutable(file) ? Optional.empty() : Optional.of(word + " is not executable");
  }

  private static boolean shell(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "/bin/sh";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      return process.onExit().join().exitValue() == 0;
    } catch (IOException e) {
      return true; // Without a shell nothing can be told here; the hook itself will say so.
    }
  }
}
