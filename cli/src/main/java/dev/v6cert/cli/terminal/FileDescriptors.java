package dev.v6cert.cli.terminal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Which of the process's standard descriptors is a terminal. */
public final class FileDescriptors {

  private FileDescriptors() {}

  /**
   * Whether descriptor 0, 1 or 2 is a terminal. Linux tells by its name, without a native call;
   * elsewhere the JDK is asked, which tells only whether input and output both are.
   */
  public static boolean isTerminal(int descriptor) {
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    try {
      String target = Files.readSymbolicLink(link).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.ofNullable(System.console()).filter(java.io.Console::isTerminal).isPresent();
    }
  }
}
