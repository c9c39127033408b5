package dev.v6cert.cli.process;

import java.lang.reflect.Proxy;

/** Signals of the operating system to a process that runs for long. */
public final class Signals {
  private Signals() {}

  /**
   * Runs {@code action} on each signal of the given name (without {@code SIG}); does nothing where
   * the system has no such signal.
   */
  public static void handle(String name, Runnable action) {
    try {
      // In jdk.unsupported, by reflection: javac warns of a direct use, and that cannot be
      // silenced.
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (_, _, _) -> {
                action.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      // Windows has no such signal, and a reduced runtime no such class: files are watched anyway.
    }
  }
}
