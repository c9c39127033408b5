package dev.v6cert.dns.answer;

import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.xbill.DNS.Name;

/**
 * A block of addresses whose reverse names make one zone: its prefix ends between two labels.
 *
 * @param block the addresses
 */
public record ReverseBlock(AddressBlock block) {

  /**
   * Checks that the prefix ends between two labels.
   *
   * @throws IllegalArgumentException when it does not
   */
  public ReverseBlock {
    if (block.length() % labelBits(block) != 0) {
      throw new IllegalArgumentException("no zone is " + block);
    }
  }

  /**
   * Reads {@code address/length}: one block where the prefix ends between two labels, else all
   * those in it that do, at most 128 for IPv4 and 8 for IPv6.
   *
   * @throws IllegalArgumentException when the text is no block; the message says why
   */
  public static List<ReverseBlock> parse(String text) {
    AddressBlock whole = AddressBlock.parse(text);
    int bits = labelBits(whole);
    int length = (whole.length() + bits - 1) / bits * bits;
    return IntStream.range(0, 1 << (length - whole.length()))
        .mapToObj(i -> new ReverseBlock(whole.part(i, length)))
        .toList();
  }

  private static int labelBits(AddressBlock block) {
    return block.ipv4() ? Byte.SIZE : 4;
  }

  private int addressBits() {
    return block.ipv4() ? Integer.SIZE : 2 * Long.SIZE;
  }

  /** The number of labels left of the apex in the name of an address. */
  int labels() {
    return (addressBits() - block.length()) / labelBits(block);
  }

  /**
   * The apex, under {@code ip6.arpa} (RFC 3596 section 2.5) or {@code in-addr.arpa} (RFC 1035
   * section 3.5).
   */
  Name apex() {
    StringBuilder text = new StringBuilder();
    int bits = labelBits(block);
    for (int end = block.length(); end > 0; end -= bits) {
      long value = shifted(block.base(), addressBits() - end) & ((1 << bits) - 1);
      text.append(Long.toString(value, block.ipv4() ? 10 : 16)).append('.');
    }
    return Name.fromConstantString(text + (block.ipv4() ? "in-addr.arpa." : "ip6.arpa."));
  }

  private static long shifted(Ipv6Address address, int by) {
    return by >= 64
        ? address.high() >>> (by - 64)
        : by == 0 ? address.low() : address.high() << (64 - by) | (address.low() >>> by);
  }

  /**
   * The lowest address whose reverse name is {@code name} or ends in it; empty where there is none.
   * An IPv4 address stands in the lowest 32 bits.
   */
  Optional<Ipv6Address> lowest(Name name) {
    int depth = name.labels() - apexLabels();
    if (depth > labels()) {
      return Optional.empty();
    }
    long high = block.base().high();
    long low = block.base().low();
    int shift = addressBits() - block.length();
    for (int i = depth - 1; i >= 0; i--) {
      shift -= labelBits(block);
      int value = value(name.getLabel(i));
      if (value < 0) {
        return Optional.empty();
      }
      if (shift >= 64) {
        high |= (long) value << (shift - 64);
      } else {
        low |= (long) value << shift;
      }
    }
    return Optional.of(new Ipv6Address(high, low));
  }

  /** The root's label counts, and so do the two of the reverse tree. */
  private int apexLabels() {
    return block.length() / labelBits(block) + 3;
  }

  private int value(byte[] label) {
    if (!block.ipv4()) {
      return label.length == 2 && label[1] >= 0 ? Character.digit(label[1], 16) : -1;
    }
    String octet = new String(label, 1, label.length - 1, StandardCharsets.ISO_8859_1);
    return Ipv4Address.tryParse("0.0.0." + octet).map(Ipv4Address::bits).orElse(-1);
  }
}
