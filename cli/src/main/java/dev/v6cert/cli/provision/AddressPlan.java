package dev.v6cert.cli.provision;

import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.MagicName;
import dev.v6cert.ipv6.name.NameForm;
import dev.v6cert.ipv6.name.NameResult;
import dev.v6cert.ipv6.name.Zone;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The way in which a lineage follows the machine's address; kept with it, so that a renewal can
 * give it the name of another one. A lineage of an address that was typed, or of names of one's own
 * only, has none.
 *
 * @param address the address that it is for now
 * @param name the magic name of the address, where the certificate has it
 * @param form how that was to be written; empty for the best form
 * @param onInterface the interface whose addresses are to be used
 */
public record AddressPlan(
    IpAddress address,
    Optional<HostName> name,
    Optional<NameForm> form,
    Optional<String> onInterface) {

  private static final String ADDRESS = "follow-address";
  private static final String NAME = "follow-name";
  private static final String FORM = "follow-form";
  private static final String INTERFACE = "follow-interface";

  /**
   * The plan of a new lineage.
   *
   * @param itself whether its certificate is for the address itself
   */
  static Optional<AddressPlan> of(
      Settings settings, ChosenAddress chosen, Optional<ChosenName> naming, boolean itself) {
    boolean typed = settings.find(NameSettings.ADDRESS).isPresent();
    boolean concerned = naming.isPresent() || itself;
    return typed || !concerned
        ? Optional.empty()
        : Optional.of(
            new AddressPlan(
                chosen.address(),
                naming.map(ChosenName::name),
                settings.value(NameSettings.FORM),
                settings.find(NameSettings.INTERFACE)));
  }

  /**
   * The plan that {@link #settings} wrote; none where it did not. From what is damaged nothing
   * follows: the lineage stays with its names.
   */
  public static Optional<AddressPlan> of(Map<String, String> settings) {
    try {
      return read(settings);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<AddressPlan> read(Map<String, String> settings) {
    return Optional.ofNullable(settings.get(ADDRESS))
        .flatMap(IpAddress::tryParse)
        .map(address ->
            new AddressPlan(
                address,
                Optional.ofNullable(settings.get(NAME)).map(HostName::of),
                Optional.ofNullable(settings.get(FORM))
                    .map(form -> NameForm.valueOf(form.toUpperCase(Locale.ROOT))),
                Optional.ofNullable(settings.get(INTERFACE))));
  }

  /** The plan as text. */
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put(ADDRESS, address.toString());
    name.ifPresent(it -> settings.put(NAME, it.text()));
    form.ifPresent(it -> settings.put(FORM, it.name().toLowerCase(Locale.ROOT)));
    onInterface.ifPresent(it -> settings.put(INTERFACE, it));
    return settings;
  }

  /** This plan for another address. */
  private AddressPlan at(IpAddress other) {
    return new AddressPlan(other, name.map(old -> name(old, other)), form, onInterface);
  }

  /** The name of the other address in the same zone; in a safe form, whichever was asked for. */
  private HostName name(HostName old, IpAddress other) {
    String text = old.text();
    Zone zone = Zone.of(text.substring(text.indexOf('.') + 1));
    NameResult formatting =
        form.map(asked -> MagicName.format(other, zone, asked))
            .filter(NameResult.Safe.class::isInstance)
            .orElseGet(() -> MagicName.format(other, zone));
    return switch (formatting) {
      case NameResult.Safe safe -> safe.name();
      case NameResult.Unsafe unsafe -> unsafe.name().orElse(old);
    };
  }

  /**
   * The lineage's plan for another address: the magic name and the address itself are replaced, and
   * where challenges were answered on the old address they are answered on the other.
   */
  Lineage.Plan moved(Lineage.Plan plan, IpAddress other) {
    AddressPlan there = at(other);
    List<Subject> subjects =
        plan.request().subjects().stream()
            .map(subject -> moved(subject, there))
            .distinct()
            .toList();
    IssuanceRequest request = plan.request().with(subjects);
    Map<String, String> settings = new HashMap<>(plan.settings());
    settings.putAll(there.settings());
    if (!request.authority().isLocal()) {
      settings.putAll(ResponderPlan.of(plan.settings()).moved(address, other).settings());
    }
    return new Lineage.Plan(request, plan.hooks(), plan.verify(), settings);
  }

  private Subject moved(Subject subject, AddressPlan there) {
    return switch (subject) {
      case Subject.Ip ip -> ip.address().equals(address) ? new Subject.Ip(there.address) : ip;
      case Subject.Dns dns ->
          name.filter(dns.name()::equals).isPresent()
              ? new Subject.Dns(there.name.orElseThrow())
              : dns;
    };
  }
}
