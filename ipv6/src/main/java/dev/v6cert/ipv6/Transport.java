package dev.v6cert.ipv6;

/** A protocol with ports. */
public enum Transport {
  TCP(6),
  UDP(17);

  private final int number;

  Transport(int number) {
    this.number = number;
  }

  /** The number in IANA's registry of protocol numbers. */
  public int number() {
    return number;
  }
}
