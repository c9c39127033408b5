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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds whether files have changed: by size, time, identity and permission, which
 * works on every file system and for files that are replaced by renaming. Files that could not be
 * taken in are tried again, after ever longer pauses: not every fault leaves a trace at the file
 * when it goes. Nothing that is thrown ends the watch.
 */
final class FileWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

  private static final Duration PERIOD = Duration.ofSeconds(2);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(4);

  private final Supplier<Set<Path>> files;
  private final Reader reader;

  // No virtual one: a long read would keep the processor from those of TCP.
  private final Thread thread = Thread.ofPlatform().daemon().name("dns-files").unstarted(this::run);
  private Map<Path, String> seen;
  private boolean failing;
  private Duration pause = PERIOD;
  private long retryAt;

  /** Takes changed files in. Called from the thread of the watch. */
  @FunctionalInterface
  interface Reader {
    /**
     * Reads the files.
     *
     * @param again whether they have not changed, and could not be taken in the last time
     * @return whether all of them could be taken in; they are tried again otherwise
     */
    boolean read(boolean again);
  }

  /**
   * A watch that sees changes from now on.
   *
   * @param files the files, asked for again each time
   * @param reader called after a change
   */
  FileWatch(Supplier<Set<Path>> files, Reader reader) {
    this.files = files;
    this.reader = reader;
    this.seen = stamps();
  }

  void start() {
    thread.start();
  }

  private void run() {
    while (true) {
      try {
        Thread.sleep(PERIOD);
        look();
      } catch (InterruptedException e) {
        return; // Closed.
      } catch (Throwable e) {
        // Whatever it is: with the watch would end what the operator blocks from now on.
        LOG.warn("while looking for changed files", e);
      }
    }
  }

  private void look() {
    Map<Path, String> now = stamps();
    boolean changed = !now.equals(seen);
    if (!changed && !(failing && System.nanoTime() - retryAt >= 0)) {
      return;
    }
    if (changed) {
      pause = PERIOD;
    } else if (pause.compareTo(LONGEST_PAUSE) < 0) {
      pause = pause.multipliedBy(2);
    }
    seen = now;
    failing = true; // Stays so where the reader throws.
    retryAt = System.nanoTime() + pause.toNanos();
    failing = !reader.read(!changed);
    retryAt = System.nanoTime() + pause.toNanos();
    // The set of files may be another one now, because of other includes.
    Map<Path, String> next = stamps();
    next.replaceAll((file, stamp) -> now.getOrDefault(file, stamp));
    seen = next;
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
