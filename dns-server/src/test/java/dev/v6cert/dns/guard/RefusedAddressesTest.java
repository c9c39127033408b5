package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RefusedAddressesTest {
  private static boolean contains(String address) {
    return Ipv4Address.tryParse(address)
        .map(ipv4 -> RefusedAddresses.contains(ipv4.bits()))
        .orElseGet(() -> contains(Ipv6Address.parse(address)));
  }

  private static boolean contains(Ipv6Address address) {
    return RefusedAddresses.contains(address.high(), address.low());
  }

  @ParameterizedTest
  @EnumSource
  void hasTheFirstAndTheLastAddressOfEachRow(RefusedAddresses row) {
    AddressBlock block = row.block();
    long high = block.base().high() | AddressBlock.ones(block.freeBits() - Long.SIZE);
    long low = block.base().low() | AddressBlock.ones(block.freeBits());
    assertThat(
            block.ipv4()
                ? RefusedAddresses.contains((int) block.base().low())
                    && RefusedAddresses.contains((int) low)
                : contains(block.base()) && RefusedAddresses.contains(high, low))
        .isTrue();
  }

  /** All rows of 2000::/3 would be missed: addresses there are not compared with the table. */
  @ParameterizedTest
  @EnumSource
  void hasNoRowInGlobalUnicastSpace(RefusedAddresses row) {
    assertThat(row.block().ipv4() || row.block().base().high() >>> 61 != 1).isTrue();
  }

  @ParameterizedTest
  @EnumSource
  void stands(RefusedAddresses row) throws IOException {
    String block = row.block().ipv4() ? ipv4(row) : row.block().base().toString();
    String text = block + (row.block().freeBits() == 0 ? "" : "/" + row.block().length());
    List<String> rows = Files.readAllLines(Path.of("../docs/threat-model.md"));
    assertThat(rows)
        .as("docs/threat-model.md")
        .anyMatch(line -> line.startsWith("| `" + text + "` |"));
  }

  private static String ipv4(RefusedAddresses row) {
    return new Ipv4Address((int) row.block().base().low()).toString();
  }

  /** Each form with an IPv4 address inside, with one address of each IPv4 row. */
  @ParameterizedTest
  @EnumSource
  void isFoundInsideOfIpv6Addresses(RefusedAddresses row) {
    if (!row.block().ipv4()) {
      return;
    }
    int bits =
        (int) row.block().base().low() | (row == RefusedAddresses.THIS_NETWORK ? 0x10203 : 0);
    long address = Integer.toUnsignedLong(bits);
    assertThat(RefusedAddresses.contains(0, 0xffff_0000_0000L | address)).as("v4-mapped").isTrue();
    assertThat(RefusedAddresses.contains(0, 0xffff_0000_0000_0000L | address)).as("SIIT").isTrue();
    assertThat(RefusedAddresses.contains(0x0064_ff9b_0000_0000L, address)).as("NAT64").isTrue();
    assertThat(RefusedAddresses.contains(0x0064_ff9b_0001_abcdL, address)).as("RFC 8215").isTrue();
    assertThat(RefusedAddresses.contains(0x2002L << 48 | address << 16, 1)).as("6to4").isTrue();
    assertThat(
            RefusedAddresses.contains(
                0x2001_0000_c000_0201L, 0x8000_1234_0000_0000L | (~address & 0xffff_ffffL)))
        .as("Teredo")
        .isTrue();
    assertThat(RefusedAddresses.contains(0xfe80L << 48, 0x5efe_0000_0000L | address))
        .as("ISATAP")
        .isTrue();
    assertThat(RefusedAddresses.contains(0x2a01_0db8L << 32, 0x0200_5efe_0000_0000L | address))
        .as("global ISATAP")
        .isTrue();
    assertThat(RefusedAddresses.contains(0, address))
        .as("v4-compatible; ::2 is not an address of 0.0.0.2")
        .isEqualTo(row != RefusedAddresses.THIS_NETWORK);
  }

  /** The places of RFC 6052 section 2.2, in its table's order, for 169.254.169.254. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2a01:db8:a9fe:a9fe::",
        "2a01:db8:1a9:fea9:fe::",
        "2a01:db8:122:a9fe:a9:fe00::",
        "2a01:db8:122:3a9:fe:a9fe::",
        "2a01:db8:122:344:a9:fea9:fe00:0",
        "2a01:db8:122:344::a9fe:a9fe",
        "64:ff9b:1:a9fe:a9:fe00::",
        "64:ff9b:1:12a9:fe:a9fe::",
        "64:ff9b:1:1234:a9:fea9:fe00:0",
        "64:ff9b:1:1234:5678:9abc:a9fe:a9fe",
        "64:ff9b::a9fe:a9fe",
      })
  void findsAMetadataServiceBehindAnyPrefixOfNat64(String address) {
    assertThat(contains(address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.0.0.0",
        "127.0.0.1",
        "169.254.169.253",
        "169.254.169.255",
        "169.254.170.3",
        "100.100.100.201",
        "168.63.129.15",
        "192.0.0.193",
        "223.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::2",
        "::7f00:1",
        "fd00:ec2::253",
        "fd00::1",
        "fe80::1",
        "fe80::5efe:a00:1",
        "feff::1",
        "2002:c000:201::1",
        "2001::1",
        "2a01:db8::e000:1",
        "2a01:db8:a9fe:a9ff::",
        "64:ff9b::c000:201",
        "64:ff9b:1::c000:201",
      })
  void leavesItsNeighboursAlone(String address) {
    assertThat(contains(address)).isFalse();
  }

  @Test
  void hasNoRowTwice() {
    assertThat(Arrays.stream(RefusedAddresses.values()).map(RefusedAddresses::block))
        .doesNotHaveDuplicates();
  }
}
