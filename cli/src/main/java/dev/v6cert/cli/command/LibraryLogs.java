package dev.v6cert.cli.command;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What the libraries log: nothing, or with {@code --debug} everything, on standard error. */
final class LibraryLogs {

  /** Held, because the JDK forgets the level of a logger that nobody holds. */
  private static final Logger ROOT = Logger.getLogger("");

  private LibraryLogs() {}

  /** To be called before a library is loaded. */
  static void set(boolean debug) {
    System.setProperty("org.jboss.logging.provider", "jdk");
    for (Handler handler : ROOT.getHandlers()) {
      ROOT.removeHandler(handler);
    }
    ROOT.setLevel(debug ? Level.FINE : Level.OFF);
    if (debug) {
      Handler handler = new ConsoleHandler();
      handler.setLevel(Level.FINE);
      ROOT.addHandler(handler);
    }
  }
}
