package dev.v6cert.cli.process;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The logs of the libraries: nothing, or with {@code --debug} everything, on standard error. */
public final class LibraryLogs {

  private LibraryLogs() {}

  /** To be called before a library is loaded. */
  public static void set(boolean debug) {
    if (debug) {
      System.setProperty("org.jboss.logging.provider", "jdk");
      JdkLogs.show();
    } else {
      // Named, so that neither is sought in all jars, and nothing is ever set up.
      System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
      System.setProperty("slf4j.internal.verbosity", "WARN");
      System.setProperty("org.jboss.logging.provider", "slf4j");
    }
  }

  /** The JDK's logging, which takes a twentieth of a second to load. */
  private static final class JdkLogs {

    /** Held, because the JDK forgets the level of a logger that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");

    private JdkLogs() {}

    static void show() {
      for (Handler handler : ROOT.getHandlers()) {
        ROOT.removeHandler(handler);
      }
      Handler handler = new ConsoleHandler();
      handler.setLevel(Level.FINE);
      ROOT.addHandler(handler);
      ROOT.setLevel(Level.FINE);
    }
  }
}
