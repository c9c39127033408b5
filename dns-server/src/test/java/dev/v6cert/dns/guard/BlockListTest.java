package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
import dev.v6cert.dns.guard.AddressFilter.Verdict;
import dev.v6cert.dns.guard.BlockList.Format;
import dev.v6cert.ipv6.AddressBlock;
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
    assertThat(verdict(AnswerRules.DEFAULT, list, name)).isEqualTo(verdict);
    assertThat(list.size()).isEqualTo(6);
  }

  private static Verdict verdict(AnswerRules rules, BlockList list, String relative) {
    return new AddressFilter(rules, list).in(relative, () -> relative + ".v6.test").verdict();
  }

  @ParameterizedTest
  @CsvSource({
    "*v6.te*, BLOCKED",
    "*0-2-1.v6*, BLOCKED",
    "*.v6.test.*, BLOCKED",
    "v6, BLOCKED",
    "*v7*, PERMITTED",
    "6, PERMITTED",
    "*.192-0*, BLOCKED", // A name has a dot at both ends.
    "192-0-2-1, BLOCKED",
  })
  void namesAreSeenWithTheirZone(String entry, Verdict verdict) throws IOException {
    assertThat(verdict(AnswerRules.DEFAULT, list(entry), "192-0-2-1")).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource({
    "my-BANK.192-0-2-1, BLOCKED",
    "my-bank.192-168-0-1, PERMITTED",
    "my-bank.127-0-0-1, PERMITTED",
    "my-bank.fd00--1, PERMITTED",
    "my-bank.10-0-0-9, BLOCKED", // The address itself is on the list.
    "my-bank.192-0-2-1.fd00--1, BLOCKED", // One of the two leads to the Internet.
    "my-bank.10-0-0-1.2001-db8--1, BLOCKED",
  })
  void wordsLeavePrivateAddressesAloneWhereTheyAreToldSo(String name, Verdict verdict)
      throws IOException {
    AnswerRules plain = AnswerRules.DEFAULT;
    AnswerRules exempt =
        new AnswerRules(
            plain.policy(),
            plain.allow(),
            plain.blockList(),
            plain.format(),
            true,
            plain.blockedTo());
    BlockList list = list("*bank*", "10.0.0.9");
    assertThat(verdict(exempt, list, name)).isEqualTo(verdict);
    assertThat(verdict(plain, list, name)).isEqualTo(Verdict.BLOCKED);
  }

  @ParameterizedTest
  @CsvSource({
    "my-raiffeisen-login.192-0-2-1, BLOCKED", // A word, anywhere.
    "nf-43-134-66-67.192-0-2-1, BLOCKED",
    "43-134-66-99, BLOCKED", // In a block with host bits set.
    "43-134-67-1, PERMITTED",
    "2001-db8-0-0-0-0-0-beef, BLOCKED",
    "2001-db8-0-0-0-0-1-beef, PERMITTED",
    "20-55-32-72, BLOCKED",
    "20-55-32-73, PERMITTED",
    "x.192-0-2-1, PERMITTED",
  })
  void readsTheFormatOfSslipIo(String name, Verdict verdict) throws IOException {
    Path file =
        Files.write(
            directory.resolve("list"),
            List.of(
                "# a comment, and a blank line",
                "",
                "Raiffeisen # https://www.example.com/en/#top",
                "43-134-66-67 # a name",
                "43.134.66.67/24 # ¿a block?",
                "2001:db8::cafe/112 # a block",
                "  20.55.32.72  # hxxps://bofa[.]example"));
    BlockList list = BlockList.read(file, Format.SSLIP_IO, ReadBudget.NONE);
    assertThat(verdict(AnswerRules.DEFAULT, list, name)).isEqualTo(verdict);
    assertThat(list.size()).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "two words, 'a word has letters, digits, hyphens, underscores and dots only'",
    "203.0.113.0/33, a prefix length is 0 to 32",
    "2001:db8:::1, '\"2001:db8:::1\" is not an address'",
    "bank/24, '\"bank\" is not an address'",
  })
  void saysInWhichLineOfThatFormatTheErrorIs(String entry, String reason) throws IOException {
    Path file = Files.write(directory.resolve("list"), List.of("bank", "# note", entry));
    FileFailure failure =
        catchThrowableOfType(
            FileFailure.class, () -> BlockList.read(file, Format.SSLIP_IO, ReadBudget.NONE));
    assertThat(failure.line()).hasValue(3);
    assertThat(failure.reason()).isEqualTo(reason);
  }

  @Test
  void readsNoLineThatHasNoEnd() throws IOException {
    String many = "login\r\n".repeat(5_000);
    Path file = Files.writeString(directory.resolve("list"), many + "x".repeat(5_000));
    FileFailure failure = catchThrowableOfType(FileFailure.class, () -> BlockList.read(file));
    assertThat(failure.line()).hasValue(5_001);
    assertThat(failure.reason()).isEqualTo("the line has more than 4096 characters");
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.0/33, a prefix length is 0 to 32",
    "203.0.113.1/24, the address has bits set behind the prefix length",
    "'two words', '\"two words\" is not an address'",
    "2001:db8::/x, '\"x\" is not a prefix length'",
    "*bank!*, 'a word has letters, digits, hyphens, underscores and dots only'",
    "**, '\"**\" is not an address'",
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
      assertThat(filter.in(name, () -> name).verdict()).as(name).isEqualTo(Verdict.BLOCKED);
      String next = name.substring(0, name.lastIndexOf('-') + 1) + ((i & 127) * 2 + 1);
      assertThat(filter.in(next, () -> next).verdict()).as(next).isEqualTo(Verdict.PERMITTED);
    }
  }

  @Test
  void theWidestBlockIsKeptBesideItsFirstAddress() throws IOException {
    for (BlockList list : List.of(list("::/0", "::"), list("::", "::/0"))) {
      assertThat(list.blocksIpv6(0x2001_0db8_0000_0000L, 1)).isTrue();
      assertThat(list.blocksIpv6(-1, -1)).isTrue();
    }
  }

  @Test
  void decidesAsEachBlockAloneWould() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<AddressBlock> blocks =
        Stream.generate(() -> block(random)).limit(300).toList(); // Many lie inside others.
    BlockList list =
        list(
            blocks.stream()
                .map(block -> block.base() + "/" + block.length())
                .toArray(String[]::new));
    for (int i = 0; i < 20_000; i++) {
      Ipv6Address address = new Ipv6Address(near(random), near(random));
      boolean expected = blocks.stream().anyMatch(block -> contains(block, address));
      assertThat(list.blocksIpv6(address.high(), address.low()))
          .as("%s, seed %d", address, seed)
          .isEqualTo(expected);
    }
  }

  /** Few different values, so that blocks and addresses meet. */
  private static long near(Random random) {
    return (random.nextLong(4) - 2) << 60 | random.nextInt(4) << 2 | random.nextInt(4);
  }

  private static AddressBlock block(Random random) {
    int free = random.nextInt(100);
    long high = near(random) & ~AddressBlock.ones(free - Long.SIZE);
    long low = near(random) & ~AddressBlock.ones(free);
    return new AddressBlock(false, new Ipv6Address(high, low), 128 - free);
  }

  private static boolean contains(AddressBlock block, Ipv6Address address) {
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
