package dev.v6cert.cli.process;

import java.util.logging.ConsoleHandler;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The services that the JDK and the libraries would otherwise look for in every jar, which takes
 * time and some 3 MB: selectors, and logs. Those go to standard error with {@code --debug}, and
 * nowhere without it.
 */
public final class LibraryProviders {
  private static final String SELECTORS = "java.nio.channels.spi.SelectorProvider";
  private static final String LINUX_SELECTORS = "sun.nio.ch.EPollSelectorProvider";

  private LibraryProviders() {}

  /** To be called before a library is loaded. */
  public static void set(boolean debug) {
    nameSelectors();
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

  /**
   * Only the JDK's own default, and only where that class is it: a name that cannot be loaded would
   * be an error.
   */
  private static void nameSelectors() {
    try {
      Class.forName(LINUX_SELECTORS, false, null);
      System.setProperty(SELECTORS, LINUX_SELECTORS);
    } catch (ClassNotFoundException _) {
      // Another system: the JDK looks for its provider itself.
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
