package dev.v6cert.proxy.upstream;

import io.undertow.util.HttpString;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The header names seen before, so that those of the next response need no new text. For one
 * thread. A name that meets another in its place takes it over.
 */
final class HeaderNames {

  private static final int PLACES = 512;

  private final @Nullable HttpString[] places = new @Nullable HttpString[PLACES];

  /** The name that the octets from {@code from} to before {@code to} are. */
  HttpString of(byte[] octets, int from, int to) throws UpstreamFault {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + octets[i];
    }
    int place = (hash ^ hash >>> 9) & PLACES - 1;
    HttpString known = places[place];
    if (known != null && isSame(known, octets, from, to)) {
      return known;
    }
    HttpString name = read(octets, from, to);
    places[place] = name;
    return name;
  }

  private static boolean isSame(HttpString known, byte[] octets, int from, int to) {
    if (known.length() != to - from) {
      return false;
    }
    for (int i = from; i < to; i++) {
      if (known.byteAt(i - from) != octets[i]) {
        return false;
      }
    }
    return true;
  }

  private static HttpString read(byte[] octets, int from, int to) throws UpstreamFault {
    for (int i = from; i < to; i++) {
      if (octets[i] <= ' ' || octets[i] >= 0x7f) {
        throw new UpstreamFault("a header of the answer has a name with other than letters");
      }
    }
    return new HttpString(new String(octets, from, to - from, StandardCharsets.ISO_8859_1));
  }
}
