package dev.v6cert.acme;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import org.jspecify.annotations.Nullable;

/** A name in a certificate: a DNS name, a wildcard, or an IP address itself (RFC 8738). */
public sealed interface Subject {

  /** The ACME identifier type (RFC 8555 section 9.7.7). */
  String type();

  /** The ACME identifier value: the DNS name, or the address: IPv6 in the text of RFC 5952. */
  String value();

  /** A DNS name. */
  record Dns(HostName name) implements Subject {
    @Override
    public String type() {
      return "dns";
    }

    @Override
    public String value() {
      return name.text();
    }

    // By hand: to generate it at the first use would take longer than the rest of a renew.
    @Override
    public int hashCode() {
      return name.text().hashCode();
    }

    @Override
    public String toString() {
      return value();
    }
  }

  /** Every name one label below a DNS name (RFC 9525 section 6.3); {@code *.} before its value. */
  record Wildcard(HostName base) implements Subject {

    /** The label that stands for any one label, with its dot. */
    private static final String ANY = "*.";

    @Override
    public String type() {
      return "dns";
    }

    @Override
    public String value() {
      return ANY + base.text();
    }

    @Override
    public String toString() {
      return value();
    }
  }

  /** An address as a name. Authorities take only the text of RFC 5952, which is what is sent. */
  record Ip(IpAddress address) implements Subject {
    @Override
    public String type() {
      return "ip";
    }

    @Override
    public String value() {
      return address.toString();
    }

    // By hand, as above.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Ip ip && address.equals(ip.address);
    }

    @Override
    public int hashCode() {
      return address.hashCode();
    }

    @Override
    public String toString() {
      return value();
    }
  }

  /**
   * Reads what {@link #value()} wrote: an address where it is one, else a wildcard or a DNS name.
   *
   * @throws IllegalArgumentException when the text is none of them
   */
  static Subject parse(String text) {
    return IpAddress.tryParse(text).<Subject>map(Ip::new).orElseGet(() -> ofDnsName(text));
  }

  /**
   * Reads a DNS name or a wildcard.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  static Subject ofDnsName(String text) {
    return text.startsWith(Wildcard.ANY)
        ? new Wildcard(HostName.of(text.substring(Wildcard.ANY.length())))
        : new Dns(HostName.of(text));
  }
}
