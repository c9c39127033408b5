package dev.v6cert.cli.command;

import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.setting.CommandSpec;

/** A subcommand: what can be typed, and what it does. */
public interface Command {

  /** The words that can be typed, and their explanation in the help. */
  CommandSpec description();

  /** Begins to load, beside the reading of the command line, what it takes long to load. */
  default void prepare() {}

  /**
   * Does it. A failure is thrown, in the type of the module that it comes from; the reporter knows
   * them all.
   */
  ExitStatus run(Invocation invocation) throws Exception;
}
