package dev.v6cert.dns.journal;

import dev.v6cert.dns.file.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private final Path file;
  private final byte[] octets;
  private final ByteBuffer buffer;

  private JournalReader(Path file, byte[] octets) {
    this.file = file;
    this.octets = octets;
    this.buffer = ByteBuffer.wrap(octets);
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
    try {
      return new JournalReader(file, Files.readAllBytes(file)).read(sink);
    } catch (FileFailure e) {
      throw e;
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    } catch (OutOfMemoryError e) {
      throw FileFailure.tooLarge(file);
    }
  }

  private long read(Sink sink) throws FileFailure {
    int start = Math.min(octets.length, FORMAT.length);
    if (!Arrays.equals(octets, 0, start, FORMAT, 0, start)) {
      throw FileFailure.damaged(file, "it is no journal of this version");
    }
    if (start < FORMAT.length) {
      return 0; // The crash came while it was made.
    }
    int at = FORMAT.length;
    while (at < octets.length && isWhole(at)) {
      int end = at + FRAME_HEAD + buffer.getInt(at + 4);
      try {
        sink.accept(Arrays.copyOfRange(octets, at + FRAME_HEAD, end));
      } catch (IOException e) {
        throw FileFailure.damaged(file, "octet " + at + ": " + e.getMessage());
      }
      at = end;
    }
    for (int next = at + 1; next <= octets.length - FRAME_HEAD; next++) {
      if (octets[next] == (byte) (MARK >>> 24) && isWhole(next)) {
        throw FileFailure.damaged(
            file, "it is damaged from octet " + at + " to " + next + "; whole entries follow");
      }
    }
    return at;
  }

  private boolean isWhole(int at) {
    if (at > octets.length - FRAME_HEAD || buffer.getInt(at) != MARK) {
      return false;
    }
    int length = buffer.getInt(at + 4);
    return length >= 0
        && length <= octets.length - at - FRAME_HEAD
        && buffer.getInt(at + 8) == checksum(octets, at + FRAME_HEAD, length);
  }

  /** The checksum of a frame. */
  static int checksum(byte[] octets, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, length));
    crc.update(octets, from, length);
    return (int) crc.getValue();
  }
}
