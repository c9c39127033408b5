package dev.v6cert.acme.localca;

import dev.v6cert.ipv6.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * A block of addresses, as a name constraint writes it (RFC 5280 section 4.2.1.10).
 *
 * @param base the first address
 * @param length the number of leading bits that all addresses of the block share
 */
public record AddressBlock(IpAddress base, int length) {

  /** The block of text such as {@code 10.0.0.0/8}. */
  static AddressBlock of(String text) {
    int slash = text.indexOf('/');
    return new AddressBlock(
        IpAddress.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }

  /**
   * Reads an address, or a block such as {@code 10.0.0.0/8}.
   *
   * @throws IllegalArgumentException when the text is neither; the message says why
   */
  public static AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    IpAddress base =
        IpAddress.tryParse(address)
            .orElseThrow(() -> new IllegalArgumentException("\"" + address + "\" is no address"));
    int most = base.octets().length * Byte.SIZE;
    String length = slash < 0 ? String.valueOf(most) : text.substring(slash + 1);
    if (!length.matches("[0-9]{1,3}") || Integer.parseInt(length) > most) {
      throw new IllegalArgumentException("a prefix length is 0 to " + most);
    }
    AddressBlock block = new AddressBlock(base, Integer.parseInt(length));
    byte[] octets = base.octets();
    byte[] mask = mask(octets.length, block.length());
    for (int i = 0; i < octets.length; i++) {
      if ((octets[i] & ~mask[i]) != 0) {
        throw new IllegalArgumentException("the address has bits set behind the prefix length");
      }
    }
    return block;
  }

  /**
   * The block of an address and its mask in one array.
   *
   * @throws IllegalArgumentException when it is none
   */
  static AddressBlock of(byte[] addressAndMask) {
    int size = addressAndMask.length / 2;
    byte[] mask = Arrays.copyOfRange(addressAndMask, size, addressAndMask.length);
    int length = 0;
    for (byte octet : mask) {
      length += Integer.bitCount(octet & 0xff);
    }
    if (!Arrays.equals(mask, mask(size, length))) {
      throw new IllegalArgumentException("a name constraint has a mask with gaps");
    }
    try {
      byte[] address = Arrays.copyOf(addressAndMask, size);
      return new AddressBlock(IpAddress.from(InetAddress.getByAddress(address)), length);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("a name constraint has no address", e);
    }
  }

  /** Whether the address is in the block. */
  public boolean contains(IpAddress address) {
    byte[] own = base.octets();
    byte[] other = address.octets();
    if (own.length != other.length) {
      return false;
    }
    byte[] mask = mask(own.length, length);
    for (int i = 0; i < own.length; i++) {
      if ((own[i] & mask[i]) != (other[i] & mask[i])) {
        return false;
      }
    }
    return true;
  }

  /** The address and its mask in one array: 8 octets for IPv4, 32 for IPv6. */
  byte[] octets() {
    byte[] address = base.octets();
    byte[] both = Arrays.copyOf(address, address.length * 2);
    System.arraycopy(mask(address.length, length), 0, both, address.length, address.length);
    return both;
  }

  private static byte[] mask(int size, int length) {
    byte[] mask = new byte[size];
    for (int bit = 0; bit < length; bit++) {
      mask[bit / 8] |= (byte) (0x80 >>> bit % 8);
    }
    return mask;
  }

  @Override
  public String toString() {
    return base + "/" + length;
  }
}
