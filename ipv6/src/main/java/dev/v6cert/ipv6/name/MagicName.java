package dev.v6cert.ipv6.name;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The codec between an address and the name that carries it: {@link #format} for a certificate,
 * {@link #parse} for a DNS server. What one writes, the other reads back.
 */
public final class MagicName {
  private MagicName() {}

  /**
   * The name of {@code address} under {@code zone} in the default form: {@link NameForm#EXPANDED},
   * or {@link NameForm#PADDED} where the expanded name is unsafe.
   */
  public static NameResult format(IpAddress address, Zone zone) {
    // Not switches over the types: the first of a process costs as much as the rest of the naming.
    NameResult expanded = format(address, zone, NameForm.EXPANDED);
    if (!(expanded instanceof NameResult.Unsafe unsafe)) {
      return expanded;
    }
    NameResult padded = format(address, zone, NameForm.PADDED);
    return padded instanceof NameResult.Safe safe
        ? new NameResult.Safe(safe.form(), safe.name(), Optional.of(unsafe.reasons().getFirst()))
        : padded;
  }

  /**
   * The name of {@code address} under {@code zone} in the given form. Unsafe is what a certificate
   * authority refuses, and four consecutive groups that read as decimal octets: other magic DNS
   * servers answer an A record for these, and the holder of that IPv4 address could validate the
   * name.
   */
  public static NameResult format(IpAddress address, Zone zone, NameForm form) {
    String label = form.label(address);
    HostName name;
    try {
      name = zone.apex().under(label);
    } catch (IllegalArgumentException e) {
      return new NameResult.Unsafe(form, Optional.empty(), List.of(message(e)));
    }
    List<String> reasons = new ArrayList<>();
    if (address.family() == IpFamily.IPV6) {
      strayAddress(label)
          .ifPresent(stray ->
              reasons.add(
                  "four groups of \"%s\" also read as the IPv4 address %s"
                      .formatted(label, stray)));
    }
    name.refusalByAuthorities().ifPresent(reasons::add);
    return reasons.isEmpty()
        ? new NameResult.Safe(form, name, Optional.empty())
        : new NameResult.Unsafe(form, Optional.of(name), List.copyOf(reasons));
  }

  /**
   * The name of two addresses, one of each family, under {@code zone}: {@code 198-51-100-7} and the
   * label of {@code ipv6} in the default form. In this order every magic DNS server reads the same
   * two addresses, as the IPv4 address is the leftmost that could be one.
   */
  public static NameResult format(Ipv4Address ipv4, Ipv6Address ipv6, Zone zone) {
    return beside(ipv4, format(ipv6, zone));
  }

  /** The name of two addresses whose IPv6 address is written in the form. */
  public static NameResult format(Ipv4Address ipv4, Ipv6Address ipv6, Zone zone, NameForm form) {
    return beside(ipv4, format(ipv6, zone, form));
  }

  private static NameResult beside(Ipv4Address ipv4, NameResult ipv6) {
    String label = NameForm.EXPANDED.label(ipv4);
    try {
      return switch (ipv6) {
        case NameResult.Safe safe ->
            new NameResult.Safe(safe.form(), safe.name().under(label), safe.note());
        case NameResult.Unsafe unsafe ->
            new NameResult.Unsafe(
                unsafe.form(), unsafe.name().map(name -> name.under(label)), unsafe.reasons());
      };
    } catch (IllegalArgumentException e) {
      return new NameResult.Unsafe(ipv6.form(), Optional.empty(), List.of(message(e)));
    }
  }

  private static String message(IllegalArgumentException e) {
    return Optional.ofNullable(e.getMessage()).orElse("it is not a DNS name");
  }

  /** The IPv4 address that a server which does not set IPv6 text apart would answer. */
  private static Optional<Ipv4Address> strayAddress(String label) {
    byte[] octets = label.getBytes(StandardCharsets.US_ASCII);
    MagicNameParser parser = new MagicNameParser();
    parser.parseIpv4Only(octets, 0, octets.length);
    return parser.ipv4();
  }

  /**
   * The addresses in a relative name: the labels left of the zone's apex, dotted; the apex itself
   * is the empty text. Upper and lower case are alike, and any text is allowed.
   */
  public static EmbeddedAddresses parse(String relativeName) {
    byte[] octets = relativeName.getBytes(StandardCharsets.ISO_8859_1);
    MagicNameParser parser = new MagicNameParser();
    parser.parse(octets, 0, octets.length);
    return new EmbeddedAddresses(parser.ipv6(), parser.ipv4());
  }

  /**
   * The addresses in a relative name for hosts of a local network below a public name: an IPv4
   * address that stands left of the IPv6 address is the only one, so that {@code 192-168-0-10.NAME}
   * does not lead to NAME's own IPv6 address.
   */
  public static EmbeddedAddresses parseForLan(String relativeName) {
    byte[] octets = relativeName.getBytes(StandardCharsets.ISO_8859_1);
    MagicNameParser parser = new MagicNameParser();
    parser.parse(octets, 0, octets.length);
    if (parser.hasIpv6() && parser.hasIpv4()) {
      MagicNameParser left = new MagicNameParser();
      left.parseIpv4Only(octets, 0, parser.ipv6Start());
      if (left.hasIpv4()) {
        return new EmbeddedAddresses(Optional.empty(), left.ipv4());
      }
    }
    return new EmbeddedAddresses(parser.ipv6(), parser.ipv4());
  }

  /** The addresses in {@code name} as {@code zone} answers them; none when it lies elsewhere. */
  public static EmbeddedAddresses parse(HostName name, Zone zone) {
    if (!name.isWithin(zone.apex()) || name.equals(zone.apex())) {
      return parse("");
    }
    int apexLength = zone.apex().text().length();
    int end = name.text().length() - (apexLength == 0 ? 0 : apexLength + 1);
    return parse(name.text().substring(0, end));
  }
}
