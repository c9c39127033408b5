package dev.v6cert.cli.terminal;

import java.io.PrintStream;
import java.util.Optional;

/**
 * Steps on a terminal: the open one is the last line, redrawn with a turning sign until it is done.
 * Progress may be told from any thread.
 */
final class LiveSteps implements Steps {

  private static final String ERASE_LINE = "\r\u001b[K";
  private static final String UNICODE_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
  private static final String ASCII_FRAMES = "|/-\\";
  private static final long FRAME_MILLIS = 100;

  private final PrintStream err;
  private final Palette palette;
  private Optional<String> open = Optional.empty();
  private boolean turning;
  private int frame;

  LiveSteps(PrintStream err, Palette palette) {
    this.err = err;
    this.palette = palette;
  }

  @Override
  public synchronized void begin(String what) {
    open.ifPresent(this::close);
    open = Optional.of(Line.of(what));
    draw();
    if (!turning) {
      turning = true;
      Thread.ofVirtual().name("progress").start(this::turn);
    }
  }

  @Override
  public synchronized void note(String remark) {
    line("    " + palette.dim(Line.of(remark)));
  }

  @Override
  public synchronized void line(String text) {
    err.print(open.isPresent() ? ERASE_LINE : "");
    err.println(text);
    draw();
  }

  @Override
  public synchronized void pause() {
    open.ifPresent(this::close);
  }

  @Override
  public synchronized void done(String what) {
    close(Line.of(what));
  }

  @Override
  public synchronized void fail() {
    open.ifPresent(what -> {
      err.print(ERASE_LINE);
      err.println(palette.cross() + " " + what);
    });
    open = Optional.empty();
    notifyAll();
  }

  private void close(String what) {
    err.print(open.isPresent() ? ERASE_LINE : "");
    err.println(palette.tick() + " " + what);
    open = Optional.empty();
    notifyAll();
  }

  private synchronized void turn() {
    try {
      while (open.isPresent()) {
        wait(FRAME_MILLIS);
        frame++;
        draw();
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; were it so, the sign stands still.
    }
    turning = false;
  }

  private void draw() {
    if (open.isPresent()) {
      String frames = palette.unicode() ? UNICODE_FRAMES : ASCII_FRAMES;
      char sign = frames.charAt(frame % frames.length());
      err.print(ERASE_LINE + palette.bold(String.valueOf(sign)) + " " + open.get());
      err.flush();
    }
  }
}
