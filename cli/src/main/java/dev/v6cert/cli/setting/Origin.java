package dev.v6cert.cli.setting;

import java.nio.file.Path;

/** The origin of the value of a setting; the text of each kind is what a person would look up. */
public sealed interface Origin {

  /**
   * The command line.
   *
   * @param flag the option, such as {@code --zone}
   */
  record Flag(String flag) implements Origin {
    @Override
    public String toString() {
      return flag;
    }
  }

  /**
   * The environment.
   *
   * @param variable the variable's name
   */
  record Environment(String variable) implements Origin {
    @Override
    public String toString() {
      return variable;
    }
  }

  /**
   * A settings file.
   *
   * @param path the file
   * @param line the line on which the key stands, from 1
   */
  record File(Path path, int line) implements Origin {
    @Override
    public String toString() {
      return path + ":" + line;
    }
  }

  /** Nothing set it. */
  record Default() implements Origin {
    @Override
    public String toString() {
      return "default";
    }
  }
}
