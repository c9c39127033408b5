package dev.v6cert.proxy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The warnings and errors that the libraries below the front log meanwhile. */
final class LibraryLog extends Handler {

  private static final Logger ROOT = Logger.getLogger("");

  private final List<String> said = new CopyOnWriteArrayList<>();

  private LibraryLog() {}

  static LibraryLog open() {
    LibraryLog log = new LibraryLog();
    ROOT.addHandler(log);
    return log;
  }

  List<String> said() {
    return List.copyOf(said);
  }

  @Override
  public void publish(LogRecord one) {
    if (one.getLevel().intValue() >= Level.WARNING.intValue()) {
      said.add(one.getLoggerName() + ": " + one.getMessage());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    ROOT.removeHandler(this);
  }
}
