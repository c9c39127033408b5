package dev.v6cert.cli.terminal;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.IntSupplier;

/**
 * Steps on a terminal: the open one is the last line, redrawn with a turning sign until it is done,
 * and cut at the terminal's width. The cursor is left at its beginning: when the window becomes
 * narrower, most terminals wrap the row, and only from there all of it is erased. Progress may be
 * told from any thread.
 */
final class LiveSteps implements Steps {

  /** Erases from the beginning of the line to the end of the screen. */
  private static final String ERASE = "\r\u001b[J";

  private static final String TO_BEGINNING = "\r";

  /** DECAWM: the window may have become narrower since its width was read. */
  private static final String NO_WRAPPING = "\u001b[?7l";

  private static final String WRAPPING = "\u001b[?7h";
  private static final String UNICODE_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
  private static final String ASCII_FRAMES = "|/-\\";
  private static final long FRAME_MILLIS = 100;

  /** The sign and the blank before the text. */
  private static final int MARGIN = 2;

  private final PrintStream err;
  private final Palette palette;
  private final IntSupplier width;
  private Optional<String> open = Optional.empty();
  private boolean turning;
  private boolean shared;
  private int frame;

  /**
   * A list on {@code err}.
   *
   * @param width the number of columns of the terminal at the moment
   */
  LiveSteps(PrintStream err, Palette palette, IntSupplier width) {
    this.err = err;
    this.palette = palette;
    this.width = width;
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
  public void show(String what) {
    begin(what);
  }

  @Override
  public synchronized void change(String what) {
    if (open.isPresent()) {
      open = Optional.of(Line.of(what));
      draw();
    }
  }

  @Override
  public synchronized void note(String remark) {
    line("    " + palette.dim(Line.of(remark)));
  }

  @Override
  public synchronized void line(String text) {
    err.print(open.isPresent() ? ERASE : "");
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
  public synchronized void shareTerminal() {
    shared = true;
  }

  @Override
  public synchronized void fail() {
    open.ifPresent(what -> {
      err.print(ERASE);
      err.println(palette.cross() + " " + what);
    });
    open = Optional.empty();
    notifyAll();
  }

  private void close(String what) {
    err.print(open.isPresent() ? ERASE : "");
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
      String end = shared ? "" : TO_BEGINNING;
      err.print(
          ERASE
              + NO_WRAPPING
              + palette.bold(String.valueOf(sign))
              + " "
              + cut(open.get())
              + WRAPPING
              + end);
      err.flush();
    }
  }

  /** The text in one row, whose last column stays free: a terminal may wrap once it is written. */
  private String cut(String text) {
    int room = Math.max(width.getAsInt() - 1 - MARGIN, 0);
    if (text.length() <= room) {
      return text;
    }
    String sign = palette.unicode() ? "…" : "...";
    return text.substring(0, Math.max(room - sign.length(), 0))
        + sign.substring(0, Math.min(room, sign.length()));
  }
}
