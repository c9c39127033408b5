package dev.v6cert.cli.terminal;

import java.io.PrintStream;

/**
 * Steps that nobody sees: {@code --quiet}.
 *
 * @param err where lines go
 */
record SilentSteps(PrintStream err) implements Steps {
  @Override
  public void begin(String what) {}

  @Override
  public void show(String what) {}

  @Override
  public void change(String what) {}

  @Override
  public void note(String remark) {}

  @Override
  public void done(String what) {}

  @Override
  public void line(String text) {
    err.println(text);
  }

  @Override
  public void pause() {}

  @Override
  public void shareTerminal() {}

  @Override
  public void fail() {}
}
