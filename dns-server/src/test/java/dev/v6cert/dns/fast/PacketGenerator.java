package dev.v6cert.dns.fast;

import dev.v6cert.dns.HandlerFixture;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.guard.ServerCookies.State;
import dev.v6cert.dns.testing.Packet;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Queries of every kind, common ones and odd ones, and messages that were damaged on the way. */
final class PacketGenerator {
  private static final String[] TOKENS = {
    "0",
    "1",
    "10",
    "192",
    "255",
    "256",
    "01",
    "a",
    "db8",
    "2001",
    "ffff",
    "g",
    "www",
    "7f000001",
    "20010db8000000000000000000000001",
    "ip",
    "version",
    "metrics",
    "ns",
    "ns1",
    "_acme-challenge",
    "_validation-persist",
    "_dmarc",
    "_x",
    "*",
    "static",
    "alias",
    "cut",
    "blocked"
  };
  private static final String[] SEPARATORS = {"-", "-", "-", "-", "--", "."};
  private static final String[] ADDRESSES = {
    "192-0-2-7",
    "10.20.30.40",
    "2001-db8--1",
    "2001-db8-0-0-0-0-0-1",
    "fe80--1",
    "--ffff-10-0-0-1",
    "2001.db8.0.0.0.0.0.1",
    "c0000207",
    "169-254-169-254",
    "0-0-0-0",
    "224-0-0-1",
    "ff02--1",
    "2002-a9fe-a9fe--1",
    "64-ff9b--a9fe-a9fe",
    "203-0-113-9",
    "2001-db8-bad--7",
    "192-0-2-7.2001-db8--1",
    "a-b-c-d-e--1.2.3.4"
  };
  private static final int[] TYPES = {
    1, 28, 1, 28, 1, 28, 2, 5, 6, 15, 16, 33, 43, 64, 65, 255, 0, 41, 249, 250, 251, 252, 257,
    65_535
  };

  private final Random random;
  private final List<String> apexes;
  private final ServerCookies cookies;

  /** Packets for the zones of a fixture, some of them with its cookies. */
  PacketGenerator(Random random, HandlerFixture fixture) {
    this.random = random;
    this.apexes = HandlerFixture.APEXES;
    this.cookies = fixture.cookies();
  }

  byte[] next() {
    byte[] packet = query();
    return switch (random.nextInt(4)) {
      case 0 -> mutated(packet);
      default -> packet;
    };
  }

  private byte[] query() {
    Packet packet =
        Packet.empty()
            .id(random.nextInt(0x10000))
            .flags(rarely() ? random.nextInt(0x10000) : 0x0100)
            .question(Packet.name(name()), any(TYPES), rarely() ? random.nextInt(300) : 1);
    if (random.nextBoolean()) {
      int size = random.nextInt(4) == 0 ? random.nextInt(0x10000) : 1232;
      packet.additional(new byte[1], 41, size, ednsTtl(), options());
    }
    if (rarely()) {
      packet.additional(Packet.name("more"), any(TYPES), 1, 60, new byte[random.nextInt(8)]);
    }
    if (rarely()) {
      packet.octets(randomOctets(random.nextInt(20)));
    }
    return packet.bytes();
  }

  /** The field in place of the TTL: extended rcode, version and flags. */
  private int ednsTtl() {
    return rarely() ? random.nextInt() : random.nextBoolean() ? 0x8000 : 0;
  }

  private byte[] options() {
    byte[] first = option();
    byte[] second = random.nextInt(4) == 0 ? option() : new byte[0];
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private byte[] option() {
    return switch (random.nextInt(9)) {
      case 0 -> Packet.option(10, randomOctets(any(new int[] {7, 8, 16, 24, 40, 41})));
      case 1 -> Packet.option(8, randomOctets(random.nextInt(12)));
      case 2 -> Packet.option(12, new byte[random.nextInt(64)]);
      case 3 -> Packet.option(random.nextInt(20), randomOctets(random.nextInt(10)));
      case 4 -> rarely() ? randomOctets(random.nextInt(12)) : new byte[0];
      case 5, 6 -> Packet.option(10, cookie());
      default -> new byte[0];
    };
  }

  /** A client cookie, alone or with a server cookie that was made some time ago. */
  private byte[] cookie() {
    long client = random.nextLong();
    if (random.nextBoolean()) {
      return ByteBuffer.allocate(8).putLong(client).array();
    }
    long age = any(new int[] {0, 100, 1799, 1800, 3600, 3601, -300, -301});
    long head = cookies.replyHead(State.CLIENT_ONLY, 0) - age;
    long hash = cookies.hash(client, head, 0, BothPaths.CLIENT_LOW) ^ (rarely() ? 1 : 0);
    return ByteBuffer.allocate(24).putLong(client).putLong(head).putLong(hash).array();
  }

  private String name() {
    String left =
        switch (random.nextInt(6)) {
          case 5 ->
              any(new String[] {"", "www.", "_x."})
                  + any(new String[] {"_acme-challenge.", "_validation-persist."})
                  + any(ADDRESSES);
          case 0 -> tokens();
          case 1 -> any(TOKENS) + "." + any(ADDRESSES);
          case 2 -> any(ADDRESSES) + "." + any(TOKENS);
          case 3 -> "";
          default -> any(ADDRESSES);
        };
    String apex = rarely() ? "elsewhere.example" : apexes.get(random.nextInt(apexes.size()));
    return inRandomCase(left.isEmpty() ? apex : left + "." + apex);
  }

  private String tokens() {
    return random
        .ints(1 + random.nextInt(10), 0, TOKENS.length)
        .mapToObj(i -> TOKENS[i])
        .collect(Collectors.joining(any(SEPARATORS)));
  }

  private String inRandomCase(String name) {
    return random.nextInt(3) > 0
        ? name
        : name.chars()
            .map(c -> random.nextBoolean() ? Character.toUpperCase(c) : c)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  private byte[] mutated(byte[] packet) {
    byte[] octets = packet.clone();
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes && octets.length > 0; i++) {
      int at = random.nextInt(octets.length);
      switch (random.nextInt(4)) {
        case 0 -> octets[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> octets[at] = (byte) random.nextInt(256);
        case 2 -> octets = Arrays.copyOf(octets, at);
        default -> octets[at] = (byte) any(new int[] {0, 1, '.', '-', 63, 64, 0xc0, 0xff});
      }
    }
    return octets;
  }

  private byte[] randomOctets(int count) {
    byte[] octets = new byte[count];
    random.nextBytes(octets);
    return octets;
  }

  private boolean rarely() {
    return random.nextInt(12) == 0;
  }

  private int any(int[] values) {
    return values[random.nextInt(values.length)];
  }

  private String any(String[] values) {
    return values[random.nextInt(values.length)];
  }
}
