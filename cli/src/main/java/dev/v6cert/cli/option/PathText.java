package dev.v6cert.cli.option;

import java.nio.file.Path;

/** Files and directories, as people write them in settings. */
final class PathText {
  private PathText() {}

  /**
   * Reads a path. An empty one, of a variable that is not set perhaps, would be the working
   * directory.
   *
   * @throws IllegalArgumentException when the text is no path; the message says why
   */
  static Path read(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the path is empty");
    }
    return Path.of(text);
  }
}
