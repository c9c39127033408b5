package dev.v6cert.acme.lineage;

import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.MagicName;
import dev.v6cert.ipv6.name.NameForm;
import dev.v6cert.ipv6.name.NameResult;
import dev.v6cert.ipv6.name.Zone;
import java.util.List;
import java.util.Optional;

/**
 * The way a lineage follows the machine's address; kept with it, so that a renewal can give it the
 * name of another one. A lineage of an address that was typed, or of names of one's own only, has
 * none.
 *
 * @param address the address that it is for now
 * @param beside the IPv4 address that the name carries beside one of IPv6
 * @param name the magic name of the address, where the certificate has it
 * @param form how that was to be written; empty for the best form
 * @param onInterface the interface whose addresses are to be used
 * @param outside whether the name servers of the name's zone are asked which address they see
 */
public record AddressPlan(
    IpAddress address,
    Optional<Ipv4Address> beside,
    Optional<HostName> name,
    Optional<NameForm> form,
    Optional<String> onInterface,
    boolean outside) {

  /** A plan for one address. */
  public AddressPlan(
      IpAddress address,
      Optional<HostName> name,
      Optional<NameForm> form,
      Optional<String> onInterface,
      boolean outside) {
    this(address, Optional.empty(), name, form, onInterface, outside);
  }

  /** The addresses: one, or the two that one name carries. */
  public List<IpAddress> addresses() {
    return beside.isPresent() ? List.of(address, beside.get()) : List.of(address);
  }

  /** Whether it is for as many addresses of the same families. */
  public boolean isLike(AddressPlan other) {
    return address.family() == other.address.family()
        && beside.isPresent() == other.beside.isPresent();
  }

  /** This plan for other addresses. */
  private AddressPlan at(IpAddress other, Optional<Ipv4Address> otherBeside) {
    return new AddressPlan(
        other,
        otherBeside,
        name.map(old -> name(old, other, otherBeside)),
        form,
        onInterface,
        outside);
  }

  /** The magic zone of the name: all behind the labels of its addresses. */
  public Zone zone(HostName of) {
    String text = of.text();
    for (int address = 0; address < addresses().size(); address++) {
      text = text.substring(text.indexOf('.') + 1);
    }
    return Zone.of(text);
  }

  /** The name of the other addresses in the same zone; in a safe form, whichever was asked for. */
  private HostName name(HostName old, IpAddress other, Optional<Ipv4Address> otherBeside) {
    Zone zone = zone(old);
    NameResult formatting =
        form.map(asked ->
                otherBeside.isPresent() && other instanceof Ipv6Address ipv6
                    ? MagicName.format(otherBeside.get(), ipv6, zone, asked)
                    : MagicName.format(other, zone, asked))
            .filter(NameResult.Safe.class::isInstance)
            .orElseGet(() ->
                otherBeside.isPresent() && other instanceof Ipv6Address ipv6
                    ? MagicName.format(otherBeside.get(), ipv6, zone)
                    : MagicName.format(other, zone));
    return switch (formatting) {
      case NameResult.Safe safe -> safe.name();
      case NameResult.Unsafe unsafe -> unsafe.name().orElse(old);
    };
  }

  /**
   * The lineage's plan for another address: the magic name and the address itself are replaced, and
   * where challenges were answered on the old address they are answered on the other.
   */
  public Lineage.Plan moved(Lineage.Plan plan, IpAddress other) {
    return moved(plan, other, beside);
  }

  /** The lineage's plan for two other addresses, which its name carries both. */
  public Lineage.Plan moved(Lineage.Plan plan, IpAddress other, Optional<Ipv4Address> otherBeside) {
    AddressPlan there = at(other, otherBeside);
    List<Subject> subjects =
        plan.request().subjects().stream()
            .map(subject -> moved(subject, there))
            .distinct()
            .toList();
    IssuanceRequest request = plan.request().with(subjects);
    return new Lineage.Plan(
        request,
        plan.hooks(),
        plan.verify(),
        request.authority().isLocal() ? plan.responder() : plan.responder().moved(address, other),
        Optional.of(there),
        plan.standsIn());
  }

  private Subject moved(Subject subject, AddressPlan there) {
    return switch (subject) {
      case Subject.Ip ip -> ip.address().equals(address) ? new Subject.Ip(there.address) : ip;
      case Subject.Dns dns -> new Subject.Dns(moved(dns.name(), there));
      case Subject.Wildcard any -> new Subject.Wildcard(moved(any.base(), there));
    };
  }

  private HostName moved(HostName own, AddressPlan there) {
    return name.filter(own::equals).isPresent() ? there.name.orElseThrow() : own;
  }
}
