package dev.v6cert.ipv6;

/** A version of the Internet Protocol. */
public enum IpFamily {
  IPV6("IPv6", 128),
  IPV4("IPv4", 32);

  private final String text;
  private final int bits;

  IpFamily(String text, int bits) {
    this.text = text;
    this.bits = bits;
  }

  /** The length of an address in bits. */
  public int bits() {
    return bits;
  }

  @Override
  public String toString() {
    return text;
  }
}
