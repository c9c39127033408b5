package dev.v6cert.proxy.inspect;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The first octets of the content of a message; for any thread. */
final class RecordedBody {

  /** The most that is kept of one. */
  static final int MAX_KEPT = 64 * 1024;

  /** The most that is shown of one that is compressed. */
  private static final int MAX_UNPACKED = 256 * 1024;

  private byte[] kept = {};
  private int count;
  private long total;
  private boolean dropped;

  /** Adds octets that have passed; the number of those that are kept. */
  synchronized int add(ByteBuffer octets) {
    int more = octets.remaining();
    int take = dropped ? 0 : Math.min(more, MAX_KEPT - count);
    total += more;
    if (take > 0) {
      if (count + take > kept.length) {
        kept = Arrays.copyOf(kept, Math.min(MAX_KEPT, Math.max(2 * kept.length, count + take)));
      }
      octets.get(kept, count, take);
      count += take;
    }
    return Math.max(take, 0);
  }

  /** Counts octets that have passed unseen. */
  synchronized void skip(long octets) {
    total += octets;
    dropped |= octets > 0;
  }

  /** Frees the memory; the number of octets that were kept. */
  synchronized int drop() {
    int freed = count;
    kept = new byte[0];
    count = 0;
    dropped = true;
    return freed;
  }

  /** All octets; empty where some are not kept. */
  synchronized Optional<byte[]> whole() {
    return total == count && !dropped ? Optional.of(Arrays.copyOf(kept, count)) : Optional.empty();
  }

  /** The body for people: its size, and the text as far as it is kept, if it is one. */
  synchronized Json json(String coding) {
    Json json =
        new Json().put("size", total).put("kept", count).put("whole", total == count && !dropped);
    text(coding).ifPresent(text -> json.put("text", text));
    return json;
  }

  private Optional<String> text(String coding) {
    if (coding.equalsIgnoreCase("gzip")) {
      return utf8(unpacked());
    }
    return coding.isEmpty() || coding.equalsIgnoreCase("identity")
        ? utf8(Arrays.copyOf(kept, count))
        : Optional.empty();
  }

  /** The content as far as it can be unpacked. */
  private byte[] unpacked() {
    byte[] out = new byte[MAX_UNPACKED];
    int length = 0;
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(kept, 0, count))) {
      int more = in.read(out, 0, out.length);
      while (more > 0) {
        length += more;
        more = in.read(out, length, out.length - length);
      }
    } catch (IOException e) {
      // Cut off: the part before is shown.
    }
    return Arrays.copyOf(out, length);
  }

  /** The octets as text, but for a last character that is cut in two; empty where they are none. */
  private static Optional<String> utf8(byte[] octets) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(octets);
    CharBuffer out = CharBuffer.allocate(octets.length);
    boolean isText = !decoder.decode(in, out, false).isError();
    String text = out.flip().toString();
    boolean binary = text.chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t');
    return isText && !binary ? Optional.of(text) : Optional.empty();
  }
}
