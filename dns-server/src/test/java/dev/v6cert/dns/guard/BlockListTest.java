package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.dns.guard.AddressFilter.Verdict;
import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockListTest {
  @TempDir Path directory;

  private BlockList list(String... lines) throws IOException {
    return BlockList.read(Files.write(directory.resolve("list"), List.of(lines)));
  }

  @ParameterizedTest
  @CsvSource({
    "203-0-113-0, BLOCKED",
    "203-0-113-255, BLOCKED",
    "203-0-112-255, PERMITTED",
    "203-0-114-0, PERMITTED",
    "198-51-100-7, BLOCKED",
    "198-51-100-8, PERMITTED",
    "2001-db8-bad--, BLOCKED",
    "2001-db8-bad-ffff-ffff-ffff-ffff-ffff, BLOCKED",
    "2001-db8-bae--, PERMITTED",
    "64-ff9b--203.0.113.9, BLOCKED",
    "2002-cb00-7109--, BLOCKED",
    "--ffff-cb00-7109, BLOCKED",
    "login.192-0-2-1, BLOCKED",
    "LOGIN.x.192-0-2-1, BLOCKED",
    "my-login.192-0-2-1, PERMITTED",
    "international-raiffeisen-bank.192-0-2-1, BLOCKED",
    "192-0-2-1, PERMITTED",
    "login, PERMITTED", // It carries no address that could be held back.
  })
  void blocksAddressesBlocksLabelsAndFragments(String name, Verdict verdict) throws IOException {
    BlockList list =
        list(
            "# phishing",
            "203.0.113.0/24",
            "203.0.113.64/26  # inside the one above",
            "198.51.100.7",
            "2001:db8:bad::/48",
            "",
            "Login",
            "*raiffeisen*");
    assertThat(new AddressFilter(AnswerRules.DEFAULT, list).in(name).verdict()).isEqualTo(verdict);
    assertThat(list.size()).isEqualTo(6);
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.0/33, a prefix length is 0 to 32",
    "203.0.113.1/24, the address has bits set behind the prefix length",
    "'two words', '\"two words\" is no address'",
    "2001:db8::/x, '\"x\" is no prefix length'",
  })
  void saysInWhichLineTheErrorIs(String entry, String reason) {
    FileFailure failure =
        catchThrowableOfType(FileFailure.class, () -> list("198.51.100.7", "", entry));
    assertThat(failure.line()).hasValue(3);
    assertThat(failure.reason()).isEqualTo(reason);
  }

  @Test
  void saysThatThereIsNoSuchFile() {
    FileFailure failure =
        catchThrowableOfType(FileFailure.class, () -> BlockList.read(directory.resolve("missing")));
    assertThat(failure.reason()).isEqualTo("there is no such file");
    assertThat(failure.line()).isEmpty();
  }

  @Test
  void findsEveryOneOfManyBlocks() throws IOException {
    String[] lines = new String[50_000];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = "10.%d.%d.%d".formatted(i >> 15, i >> 7 & 255, (i & 127) * 2);
    }
    BlockList list = list(lines);
    AddressFilter filter = new AddressFilter(AnswerRules.DEFAULT, list);
    for (int i = 0; i < lines.length; i += 997) {
      String name = lines[i].replace('.', '-');
      assertThat(filter.in(name).verdict()).as(name).isEqualTo(Verdict.BLOCKED);
      String next = name.substring(0, name.lastIndexOf('-') + 1) + ((i & 127) * 2 + 1);
      assertThat(filter.in(next).verdict()).as(next).isEqualTo(Verdict.PERMITTED);
    }
  }

  @Test
  void decidesAsEachBlockAloneWould() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<Cidr> blocks =
        Stream.generate(() -> block(random)).limit(300).toList(); // Many lie inside others.
    BlockList list =
        list(
            blocks.stream()
                .map(block -> block.base() + "/" + block.length())
                .toArray(String[]::new));
    for (int i = 0; i < 20_000; i++) {
      Ipv6Address address = new Ipv6Address(near(random), near(random));
      boolean expected = blocks.stream().anyMatch(block -> contains(block, address));
      assertThat(list.blocks(address)).as("%s, seed %d", address, seed).isEqualTo(expected);
    }
  }

  /** Few different values, so that blocks and addresses meet. */
  private static long near(Random random) {
    return (random.nextLong(4) - 2) << 60 | random.nextInt(4) << 2 | random.nextInt(4);
  }

  private static Cidr block(Random random) {
    int free = random.nextInt(100);
    long high = near(random) & ~Cidr.ones(free - Long.SIZE);
    long low = near(random) & ~Cidr.ones(free);
    return new Cidr(false, new Ipv6Address(high, low), 128 - free);
  }

  private static boolean contains(Cidr block, Ipv6Address address) {
    return bits(address)
        .shiftRight(block.freeBits())
        .equals(bits(block.base()).shiftRight(block.freeBits()));
  }

  private static BigInteger bits(Ipv6Address address) {
    return new BigInteger(HexFormat.of().toHexDigits(address.high()), 16)
        .shiftLeft(Long.SIZE)
        .or(new BigInteger(HexFormat.of().toHexDigits(address.low()), 16));
  }
}
