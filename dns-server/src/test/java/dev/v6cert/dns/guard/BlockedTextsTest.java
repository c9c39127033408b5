package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockedTextsTest {
  private static boolean occursIn(BlockedTexts texts, String name) {
    byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
    byte[] padded = Arrays.copyOf(octets, octets.length + BlockedTexts.SLACK);
    Arrays.fill(padded, octets.length, padded.length, (byte) 'a'); // No text ends there.
    return texts.occursIn(padded, 0, octets.length, octets.length);
  }

  private static String text(Random random, String alphabet, int shortest, int longest) {
    return random
        .ints(random.nextInt(shortest, longest + 1), 0, alphabet.length())
        .mapToObj(i -> alphabet.substring(i, i + 1))
        .collect(Collectors.joining());
  }

  /**
   * Small alphabets make texts that overlap, contain each other and start alike; the shortest text
   * decides how far apart a name is looked at.
   */
  @ParameterizedTest
  @ValueSource(strings = {"ab", "ab.", "a-_.019z", "abcdefghijklmnopqrstuvwxyz0123456789-."})
  void findsWhatALookForEachTextFinds(String alphabet) {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int shortest = 1 + round % 8;
      List<String> texts =
          Stream.generate(() -> text(random, alphabet, shortest, 9))
              .limit(random.nextInt(60))
              .toList();
      BlockedTexts set = new BlockedTexts(texts);
      for (int i = 0; i < 200; i++) {
        String name = text(random, alphabet + "AZ", 1, 40);
        assertThat(occursIn(set, name))
            .as("%s in %s, seed %d", texts, name, seed)
            .isEqualTo(texts.stream().anyMatch(name.toLowerCase(Locale.ROOT)::contains));
      }
    }
  }

  @Test
  void findsEachOfManyTextsThatStartAlike() {
    List<String> texts =
        Stream.iterate(0, i -> i + 1).limit(100_000).map("login-%05d"::formatted).toList();
    BlockedTexts set = new BlockedTexts(texts);
    for (int i = 0; i < texts.size(); i += 997) {
      assertThat(occursIn(set, "www." + texts.get(i) + ".test")).isTrue();
      assertThat(occursIn(set, "www." + texts.get(i).substring(0, 10) + "x.test")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    ".10-0-0-1., false",
    ".2001-db8-abcd-ef--1., false",
    ".g., true",
    ".10-0-0-1Z, true",
    ".10-0-0-1_, true",
    ".a-face-of-cafe, true",
  })
  void tellsNamesWithOtherLettersThanAddressesHave(String name, boolean expected) {
    byte[] octets = (name + "zzzzzzzz").getBytes(StandardCharsets.US_ASCII);
    assertThat(BlockedTexts.hasLetter(octets, name.length())).isEqualTo(expected);
  }
}
