package dev.v6cert.dns.warmup;

import dev.v6cert.ipv6.name.Zone;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Queries of the kinds that a server on the Internet gets, and random octets. */
final class SampleQueries {
  private static final int A = 1;
  private static final int NS = 2;
  private static final int AAAA = 28;
  private static final int TXT = 16;

  /** One of so many messages is no query: a flood of them is as cheap as one of queries. */
  private static final int GARBAGE_PART = 4;

  /** An OPT record with a client cookie (RFC 7873 section 4). */
  private static final byte[] OPT_WITH_COOKIE = {
    0, 0, 41, 4, (byte) 208, 0, 0, 0, 0, 0, 12, 0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8
  };

  private static final int ADDITIONAL_COUNT = 11;
  private static final int LONGEST_GARBAGE = 300;

  private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
  private final String apex;

  /** Queries for names in {@code zone}. */
  SampleQueries(Zone zone) {
    this.apex = zone.apex().text();
  }

  /** Some queries, other ones each time. */
  List<byte[]> next(int count) {
    List<byte[]> queries = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      queries.add(next());
    }
    return queries;
  }

  private byte[] next() {
    return random.nextInt(GARBAGE_PART) == 0 ? garbage() : nextWhole();
  }

  /** A query that is answered. */
  byte[] nextWhole() {
    return switch (random.nextInt(7)) {
      case 1 -> query(apex, NS);
      case 2 -> query("_x." + ipv4() + "." + apex, A);
      case 3 -> query("2001-db8--" + hex() + "-" + hex() + "." + apex, AAAA);
      case 4 -> withCookie(query(ipv4() + "." + apex, A));
      case 5 -> query("name-" + hex() + "." + apex, random.nextBoolean() ? AAAA : TXT);
      default -> query(ipv4() + "." + apex, A);
    };
  }

  private String ipv4() {
    return "192-0-2-" + random.nextInt(256);
  }

  private String hex() {
    return Integer.toHexString(random.nextInt(0x10000));
  }

  private byte[] garbage() {
    byte[] octets = new byte[random.nextInt(LONGEST_GARBAGE)];
    random.nextBytes(octets);
    return octets;
  }

  private byte[] query(String name, int type) {
    ByteArrayOutputStream query = new ByteArrayOutputStream();
    int id = random.nextInt();
    query.writeBytes(new byte[] {(byte) (id >> 8), (byte) id, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    for (String label : name.split("\\.", -1)) {
      if (!label.isEmpty()) {
        query.write(label.length());
        query.writeBytes(label.getBytes(StandardCharsets.ISO_8859_1));
      }
    }
    query.writeBytes(new byte[] {0, 0, (byte) type, 0, 1});
    return query.toByteArray();
  }

  private static byte[] withCookie(byte[] query) {
    query[ADDITIONAL_COUNT] = 1;
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(query);
    whole.writeBytes(OPT_WITH_COOKIE);
    return whole.toByteArray();
  }
}
