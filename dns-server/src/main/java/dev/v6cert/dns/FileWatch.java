package dev.v6cert.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Looks every few seconds whether files have changed: by size, time, identity and permission, which
 * works on every file system and for files that are replaced by renaming.
 */
final class FileWatch implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final Supplier<Set<Path>> files;
  private final Runnable changed;
  private final Thread thread = Thread.ofVirtual().name("dns-files").unstarted(this::run);
  private Map<Path, String> seen;

  /**
   * A watch that sees changes from now on.
   *
   * @param files the files, asked for again each time
   * @param changed run after a change
   */
  FileWatch(Supplier<Set<Path>> files, Runnable changed) {
    this.files = files;
    this.changed = changed;
    this.seen = stamps();
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(PERIOD);
        Map<Path, String> now = stamps();
        if (!now.equals(seen)) {
          changed.run();
          // The set of files may be another one now, because of other includes.
          seen = stamps();
          seen.putAll(now);
        }
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }

  private Map<Path, String> stamps() {
    Map<Path, String> stamps = new HashMap<>();
    for (Path file : files.get()) {
      try {
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        stamps.put(
            file,
            attributes.size()
                + " "
                + attributes.lastModifiedTime()
                + " "
                + attributes.fileKey()
                + " "
                + Files.isReadable(file));
      } catch (IOException e) {
        stamps.put(file, "unreadable");
      }
    }
    return stamps;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
