package dev.v6cert.cli.terminal;

/** The list of steps that a command shows while it works. At most one step is open at a time. */
public sealed interface Steps permits LiveSteps, PlainSteps, SilentSteps {

  /** Opens a step that takes a while; an open one before it counts as done. */
  void begin(String what);

  /**
   * Opens a step that lasts until the command is told to end; only a terminal shows it, as nobody
   * reads it elsewhere.
   */
  void show(String what);

  /** Changes the text of the open step, where it is shown; does nothing where there is none. */
  void change(String what);

  /** A remark below the open step, or below the last one. */
  void note(String remark);

  /** Ends the open step, or reports a quick one that needed no opening. */
  void done(String what);

  /** A line that belongs to no step, above the open one; a silent list writes it too. */
  void line(String text);

  /** Takes the open step off the screen for a question; it counts as done. */
  void pause();

  /**
   * Leaves the cursor behind the open step from now on, since another process writes to the
   * terminal, too, and would write over it.
   */
  void shareTerminal();

  /** Marks the open step as failed, if there is one. */
  void fail();
}
