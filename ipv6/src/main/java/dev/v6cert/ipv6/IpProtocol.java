package dev.v6cert.ipv6;

/** A protocol over IP that has ports. */
public enum IpProtocol {
  TCP(6),
  UDP(17);

  private final int number;

  IpProtocol(int number) {
    this.number = number;
  }

  /** The number in IANA's registry of protocol numbers. */
  public int number() {
    return number;
  }
}
