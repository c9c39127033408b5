package dev.v6cert.ipv6.name;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MagicNameParserTest {

  @Nested
  class Vectors {
    record Row(String name, String aaaa, String a, String note) {
      @Override
      public String toString() {
        return name + " (" + note + ")";
      }
    }

    static List<Row> rows() throws IOException {
      try (InputStream in =
          Objects.requireNonNull(MagicNameParserTest.class.getResourceAsStream("names.tsv"))) {
        return new String(in.readAllBytes(), UTF_8)
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.split("\t", -1))
            .map(cells -> new Row(cells[0], cells[1], cells[2], cells[3]))
            .toList();
      }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void areAnsweredAsWritten(Row row) {
      assertThat(answers(row.name)).isEqualTo(row.aaaa + "|" + row.a);
    }

    @Test
    void areAllThere() throws IOException {
      assertThat(rows()).hasSizeGreaterThan(110);
    }
  }

  @Nested
  class Grammar {
    @ParameterizedTest
    @CsvSource({
      "1-2-3-4-5-6-7--, 1:2:3:4:5:6:7:0|", // One zero group may be the gap.
      "--1-2-3-4-5-6-7-8, 0:1:2:3:4:5:6:7|8-", // The ninth is left, and is no address.
      "1--2-3-4-5-6-7-8, 1:0:2:3:4:5:6:7|",
      "1-2-3-4-5-6-7-8-9-10-11-12, 1:2:3:4:5:6:7:8|9.10.11.12",
      "--1.2.3.4, ::102:304|",
      "a-b-c-d-e--1.2.3.4, a:b:c:d:e:0:102:304|",
      "a-b-c-d-e-f--1.2.3.4, a:b:c:d:e:f:0:1|", // No room for a quad: the group before the dot.
      "a-b-c-d-e-f-1.2.3.4, |1.2.3.4", // A quad needs a gap before it.
      "--1.2.3.04, ::1|",
      "--1.2.3.4.5.6.7.8, ::102:304|5.6.7.8",
      "192-168-0-10.2001-db8--1, 2001:db8::1|192.168.0.10",
      "1.2.3.4.5.6.7.01, 1:2:3:4:5:6:7:1|", // 01 is no decimal octet.
      "1.2.3.4.5.6.7.8, |1.2.3.4",
      "2a.2b.2c.2d.2e.2f.30.31, 2a:2b:2c:2d:2e:2f:30:31|",
      "x2a.2b.2c.2d.2e.2f.30.31, |",
      "1.2.3.4.2a.2b.2c.2d.2e.2f.30.31, 2a:2b:2c:2d:2e:2f:30:31|1.2.3.4",
      "2001-DB8--A, 2001:db8::a|",
      "7F000001, |127.0.0.1",
      "'', |",
      "., |",
      "-, |",
    })
    void findsAddresses(String name, String expected) {
      assertThat(answers(name)).isEqualTo(expected.replace("8-", ""));
    }

    @Test
    void octetsOutsideTheAlphabetMatchNothing() {
      for (int octet = 0; octet < 256; octet++) {
        if (octet != '-' && octet != '.' && Character.digit(octet, 16) < 0) {
          byte[] name = "127.0.0.1.2001-db8--1".getBytes(US_ASCII);
          name[4] = (byte) octet;
          name[12] = (byte) octet;
          MagicNameParser parser = new MagicNameParser();
          parser.parse(name, 0, name.length);
          assertThat(parser.hasIpv4()).as("octet %d", octet).isFalse();
          assertThat(parser.ipv6().toString()).as("octet %d", octet).contains("db8::1]");
        }
      }
    }

    @Test
    void looksOnlyAtItsPartOfTheBuffer() {
      byte[] buffer = "1127.0.0.12".getBytes(US_ASCII);
      MagicNameParser parser = new MagicNameParser();
      parser.parse(buffer, 1, buffer.length - 1);
      assertThat(parser.ipv4().map(Object::toString)).contains("127.0.0.1");
    }
  }

  @Nested
  class AgainstTheWordsOfTheSpecification {
    @Test
    void everyGeneratedNameIsReadAlike() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      int withAddress = 0;
      for (int i = 0; i < 60_000; i++) {
        String name = randomName(random);
        String expected = SpecifiedGrammar.answers(name);
        assertThat(answers(name)).as("seed %d, name %s", seed, name).isEqualTo(expected);
        withAddress += expected.length() > 1 ? 1 : 0;
      }
      assertThat(withAddress).as("names with an address").isGreaterThan(10_000);
    }

    private static String randomName(Random random) {
      String[] tokens = {
        "0",
        "1",
        "10",
        "255",
        "256",
        "01",
        "a",
        "db8",
        "2001",
        "ffff",
        "12345",
        "g",
        "www",
        "7f000001",
        "00000000000000000000000000000001",
        ""
      };
      String[] separators = {"-", "-", "-", "--", ".", "."};
      boolean biased = random.nextBoolean();
      String preferred = separators[random.nextInt(separators.length)];
      return random
          .ints(1 + random.nextInt(12), 0, tokens.length)
          .mapToObj(i -> tokens[i])
          .map(token ->
              token
                  + (biased && random.nextInt(5) > 0
                      ? preferred
                      : separators[random.nextInt(separators.length)]))
          .collect(Collectors.joining());
    }
  }

  private static String answers(String name) {
    EmbeddedAddresses found = MagicName.parse(name);
    return found.ipv6().map(Object::toString).orElse("")
        + "|"
        + found.ipv4().map(Object::toString).orElse("");
  }
}
