package dev.v6cert.cli.terminal;

import java.io.PrintStream;

/** Steps as plain lines, for logs and pipes: one when a long step opens, one when it is done. */
final class PlainSteps implements Steps {

  private final PrintStream err;
  private final Palette palette;

  PlainSteps(PrintStream err, Palette palette) {
    this.err = err;
    this.palette = palette;
  }

  @Override
  public void begin(String what) {
    err.println(palette.dot() + " " + Line.of(what) + " ...");
  }

  @Override
  public void show(String what) {}

  @Override
  public void change(String what) {}

  @Override
  public void note(String remark) {
    err.println("    " + Line.of(remark));
  }

  @Override
  public void done(String what) {
    err.println(palette.tick() + " " + Line.of(what));
  }

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
