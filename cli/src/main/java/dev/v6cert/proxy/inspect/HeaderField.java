package dev.v6cert.proxy.inspect;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import java.util.ArrayList;
import java.util.List;

/** A header field as it was sent. */
record HeaderField(String name, String value) {

  /** The most that is kept of the fields of a message: it may have 64 KB of them. */
  private static final int MAX_KEPT = 16 * 1024;

  /** The fields of a message, as far as they are kept. */
  static List<HeaderField> of(HeaderMap headers) {
    List<HeaderField> fields = new ArrayList<>();
    int left = MAX_KEPT;
    for (HeaderValues values : headers) {
      String name = values.getHeaderName().toString();
      if (name.startsWith(":")) {
        continue; // Of HTTP/2; they are told apart from the fields.
      }
      for (String value : values) {
        left -= name.length() + value.length();
        if (left < 0) {
          return List.copyOf(fields);
        }
        fields.add(new HeaderField(name, value));
      }
    }
    return List.copyOf(fields);
  }

  /** Whether all fields of the message are kept. */
  static boolean isWhole(HeaderMap headers) {
    int size = 0;
    for (HeaderValues values : headers) {
      for (String value : values) {
        size += values.getHeaderName().length() + value.length();
      }
    }
    return size <= MAX_KEPT;
  }

  boolean is(String other) {
    return name.equalsIgnoreCase(other);
  }
}
