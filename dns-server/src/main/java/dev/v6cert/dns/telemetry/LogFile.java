package dev.v6cert.dns.telemetry;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that whole lines are appended to, and nothing else, also where a disk fills up. */
final class LogFile implements Closeable {
  private final Path path;
  private FileChannel channel;

  /** Whether the file ends within a line. */
  private boolean torn;

  /**
   * Opens the file, and makes it where there is none.
   *
   * @throws IOException when it cannot be written
   */
  LogFile(Path path) throws IOException {
    this.path = path;
    channel = open(path);
    torn = endsWithinLine(path);
  }

  private static FileChannel open(Path path) throws IOException {
    return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static boolean endsWithinLine(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (SeekableByteChannel content = Files.newByteChannel(path)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      return content.size() > 0
          && content.position(content.size() - 1).read(last) == 1
          && last.get(0) != '\n';
    } catch (IOException e) {
      return false; // One that may be written but not read.
    }
  }

  /**
   * Opens the file at the path anew, which may be another one by now.
   *
   * @throws IOException when it cannot be written; the one so far stays open
   */
  void reopen() throws IOException {
    FileChannel next = open(path);
    boolean nextTorn = endsWithinLine(path);
    channel.close();
    channel = next;
    torn = nextTorn;
  }

  /**
   * Appends lines, each with its end.
   *
   * @param lines its position is then where the first line begins that is not in the file
   * @throws IOException when not all of them could be written
   */
  void append(ByteBuffer lines) throws IOException {
    int start = lines.position();
    try {
      if (torn) {
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}));
        torn = false;
      }
      while (lines.hasRemaining()) {
        channel.write(lines);
      }
    } catch (IOException e) {
      int whole = lines.position();
      while (whole > start && lines.get(whole - 1) != '\n') {
        whole--;
      }
      takeBack(lines.position() - whole);
      lines.position(whole);
      throw e;
    }
  }

  /** Cuts the beginning of a line off; where that is not possible, the next line starts anew. */
  private void takeBack(int octets) {
    if (octets == 0) {
      return;
    }
    try {
      long size = channel.size();
      if (size >= octets) {
        channel.truncate(size - octets);
        return;
      }
    } catch (IOException e) {
      // A pipe, or a file that may only grow.
    }
    torn = true;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
