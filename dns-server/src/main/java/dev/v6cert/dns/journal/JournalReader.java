package dev.v6cert.dns.journal;

import dev.v6cert.dns.file.FileFailure;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads a journal: a line that names its format, then frames.
 *
 * <pre>
 *   frame = mark (4) · length of the content (4) · CRC-32C of length and content (4) · content
 * </pre>
 *
 * <p>Each frame was made durable before the next one was written. So a frame that is not whole is
 * the end of the journal that a crash left, and nobody was told that it is there; it is cut off. If
 * a whole frame follows it, the file was damaged later, and nothing of it is used.
 */
final class JournalReader {
  static final byte[] FORMAT = "v6cert journal 1\n".getBytes(StandardCharsets.US_ASCII);
  static final int MARK = 0xd5a1f00d;
  static final int FRAME_HEAD = 12;

  /** The largest content of a frame, in octets. */
  static final int LARGEST = 16 << 20;

  private static final int WINDOW = 64 << 10;

  private final Path file;
  private final FileChannel channel;
  private final long size;

  /** Some octets of the file, from {@link #windowAt} on. */
  private final ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);

  private long windowAt;

  private JournalReader(Path file, FileChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.size = channel.size();
  }

  /** Takes the content of a frame. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes it.
     *
     * @throws IOException when it makes no sense
     */
    void accept(byte[] content) throws IOException;
  }

  /**
   * Reads every frame.
   *
   * @return the length of the part that is whole, in octets; 0 where not even the format is
   * @throws FileFailure when the file is damaged, is no journal, or cannot be read
   */
  static long read(Path file, Sink sink) throws FileFailure {
    // A journal may be four times as large as its content, and larger than the heap.
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return new JournalReader(file, channel).read(sink);
    } catch (FileFailure e) {
      throw e;
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
  }

  /** The octets from a place on: as many as are asked for, or as the window has. */
  private ByteBuffer octets(long at, long most) throws IOException {
    if (at < windowAt || at + Math.min(most, WINDOW) > windowAt + window.limit()) {
      window.clear();
      windowAt = at;
      while (window.hasRemaining() && channel.read(window, at + window.position()) > 0) {
        // A read may bring less than there is.
      }
      window.flip();
    }
    int from = (int) (at - windowAt);
    int length = (int) Math.min(most, window.limit() - from);
    if (length < Math.min(most, 1)) {
      throw new EOFException("it became shorter meanwhile");
    }
    return window.slice(from, length);
  }

  private int integer(long at) throws IOException {
    return octets(at, Integer.BYTES).getInt();
  }

  private byte[] copy(long at, int length) throws IOException {
    ByteBuffer copy = ByteBuffer.allocate(length);
    while (copy.hasRemaining()) {
      copy.put(octets(at + copy.position(), copy.remaining()));
    }
    return copy.array();
  }

  private long read(Sink sink) throws IOException {
    int start = (int) Math.min(size, FORMAT.length);
    if (!Arrays.equals(copy(0, start), Arrays.copyOf(FORMAT, start))) {
      throw FileFailure.damaged(file, "it is not a journal of this version");
    }
    if (start < FORMAT.length) {
      return 0; // The crash came while it was made.
    }
    long at = FORMAT.length;
    while (at < size && isWhole(at)) {
      int length = integer(at + 4);
      long end = at + FRAME_HEAD + length;
      byte[] content = copy(at + FRAME_HEAD, length);
      try {
        sink.accept(content);
      } catch (FileFailure e) {
        throw e;
      } catch (IOException e) {
        throw FileFailure.damaged(file, "octet " + at + ": " + e.getMessage());
      }
      at = end;
    }
    for (long next = at + 1; next <= size - FRAME_HEAD; next++) {
      if (octets(next, 1).get() == (byte) (MARK >>> 24) && isWhole(next)) {
        throw FileFailure.damaged(
            file, "it is damaged from octet " + at + " to " + next + "; whole entries follow");
      }
    }
    return at;
  }

  private boolean isWhole(long at) throws IOException {
    if (at > size - FRAME_HEAD || integer(at) != MARK) {
      return false;
    }
    int length = integer(at + 4);
    return length >= 0
        && length <= size - at - FRAME_HEAD
        && integer(at + 8) == checksum(at + FRAME_HEAD, length);
  }

  private int checksum(long at, int length) throws IOException {
    CRC32C crc = checksumOfLength(length);
    int done = 0;
    while (done < length) {
      ByteBuffer some = octets(at + done, length - done);
      done += some.remaining();
      crc.update(some);
    }
    return (int) crc.getValue();
  }

  private static CRC32C checksumOfLength(int length) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, length));
    return crc;
  }

  /** The checksum of a frame with this content. */
  static int checksum(byte[] content) {
    CRC32C crc = checksumOfLength(content.length);
    crc.update(content);
    return (int) crc.getValue();
  }
}
