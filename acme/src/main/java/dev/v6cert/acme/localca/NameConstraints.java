package dev.v6cert.acme.localca;

import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.MagicName;
import dev.v6cert.ipv6.name.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The names and addresses that a local authority may sign: the name constraints of its certificates
 * (RFC 5280 section 4.2.1.10), and the rule for magic names, which no constraint can express.
 *
 * @param domains the permitted DNS subtrees, at least one: without any, every name is permitted
 * @param blocks the permitted address blocks, at least one, for the same reason
 */
public record NameConstraints(List<HostName> domains, List<AddressBlock> blocks) {

  private static final HostName LOCALHOST = HostName.of("localhost");

  /** Domains that no public authority may sign: RFC 6761, RFC 6762, RFC 8375, and ICANN's. */
  private static final List<HostName> PRIVATE_DOMAINS =
      Stream.of("localhost", "local", "internal", "home.arpa", "test").map(HostName::of).toList();

  /** Loopback, private (RFC 1918, RFC 4193) and link-local addresses. */
  private static final List<AddressBlock> PRIVATE_BLOCKS =
      Stream.of(
              "127.0.0.0/8",
              "10.0.0.0/8",
              "172.16.0.0/12",
              "192.168.0.0/16",
              "169.254.0.0/16",
              "::1/128",
              "fc00::/7",
              "fe80::/10")
          .map(AddressBlock::parse)
          .toList();

  /**
   * Checks that both kinds are constrained.
   *
   * @throws IllegalArgumentException when one is not
   */
  public NameConstraints {
    domains = List.copyOf(domains);
    blocks = List.copyOf(blocks);
    if (domains.isEmpty() || blocks.isEmpty()) {
      throw new IllegalArgumentException("names or addresses are not constrained at all");
    }
  }

  /**
   * Private domains and addresses, and names in the zones.
   *
   * @throws IllegalArgumentException when a zone is the root of the DNS or a top-level domain
   */
  public static NameConstraints in(List<Zone> zones) {
    List<HostName> domains = new ArrayList<>(PRIVATE_DOMAINS);
    for (Zone zone : zones) {
      boolean known = domains.stream().anyMatch(zone.apex()::isWithin);
      if (!known && zone.apex().labels().size() < 2) {
        throw new IllegalArgumentException("the zone " + zone + " is too wide for a local CA");
      }
      if (!known) {
        domains.add(zone.apex());
      }
    }
    return new NameConstraints(domains, PRIVATE_BLOCKS);
  }

  /** Private addresses and {@code localhost}: the narrowest. */
  public static NameConstraints onlyAddresses() {
    return new NameConstraints(List.of(LOCALHOST), PRIVATE_BLOCKS);
  }

  /** Whether no name but {@code localhost} is permitted. */
  public boolean isOnlyAddresses() {
    return domains.equals(List.of(LOCALHOST));
  }

  /** The reason not to sign the subject, as a clause; empty where it may be signed. */
  public Optional<String> refusal(Subject subject) {
    return switch (subject) {
      case Subject.Ip ip -> refusal(ip.address());
      case Subject.Dns dns -> refusal(dns.name());
      case Subject.Wildcard any -> // Below a magic name lie those of every address.
          Optional.of(any + " is a wildcard");
    };
  }

  private Optional<String> refusal(IpAddress address) {
    if (blocks.stream().anyMatch(block -> block.contains(address))) {
      return Optional.empty();
    }
    return Optional.of(
        address.scope().isPublic()
            ? address + " is a public address"
            : address + " is neither private nor loopback: " + address.scope());
  }

  private Optional<String> refusal(HostName name) {
    Optional<HostName> domain = domains.stream().filter(name::isWithin).findFirst();
    if (domain.isEmpty()) {
      return Optional.of(name + " is not in " + String.join(", ", domainTexts()));
    }
    if (PRIVATE_DOMAINS.contains(domain.get())) {
      return name.equals(domain.get()) && !name.equals(LOCALHOST)
          ? Optional.of(name + " is a whole domain, not a name in it")
          : Optional.empty();
    }
    EmbeddedAddresses carried = carried(name).orElseThrow();
    if (carried.isEmpty()) {
      return Optional.of(name + " carries no address, and " + domain.get() + " is public");
    }
    return Stream.<Optional<? extends IpAddress>>of(carried.ipv6(), carried.ipv4())
        .flatMap(Optional::stream)
        .filter(address -> refusal(address).isPresent())
        .findFirst()
        .map(address -> name + " leads to " + address + ", which is not private");
  }

  /** The addresses that a name in a magic zone carries; empty for a name in no such zone. */
  public Optional<EmbeddedAddresses> carried(HostName name) {
    return domains.stream()
        .filter(name::isWithin)
        .findFirst()
        .filter(domain -> !PRIVATE_DOMAINS.contains(domain))
        .map(domain -> MagicName.parse(name, new Zone(domain)));
  }

  /** Whether no address of the block is a public one. */
  public static boolean isPrivate(AddressBlock block) {
    return PRIVATE_BLOCKS.stream().anyMatch(own -> own.contains(block));
  }

  /** Whether the address is loopback, private or link-local. */
  public static boolean isPrivate(IpAddress address) {
    return PRIVATE_BLOCKS.stream().anyMatch(block -> block.contains(address));
  }

  /** The permitted domains as text. */
  public List<String> domainTexts() {
    return domains.stream().map(HostName::text).toList();
  }

  /** The permitted address blocks as text. */
  public List<String> blockTexts() {
    return blocks.stream().map(AddressBlock::toString).toList();
  }
}
