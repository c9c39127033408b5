package dev.v6cert.cli.option;

import dev.v6cert.cli.setting.Choice;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.NameForm;
import dev.v6cert.ipv6.name.Zone;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The settings that decide which address is used, and how it is written as a name. */
public final class NameSettings {

  /** The address to use, instead of the best one. */
  public static final Setting<IpAddress> ADDRESS =
      Setting.of("address", "ADDRESS", AddressText::ip)
          .help("use this address of the machine instead of the best one");

  /** The family of the address; empty for IPv6 where it will do, else IPv4. */
  public static final Setting<Optional<IpFamily>> FAMILY =
      Setting.of(
              "family",
              "FAMILY",
              new Choice<Optional<IpFamily>>(
                  List.of(Optional.empty(), Optional.of(IpFamily.IPV6), Optional.of(IpFamily.IPV4)),
                  NameSettings::word))
          .orElse("auto")
          .help("use an address of ipv6 or ipv4 only; auto: IPv6 first, else a public IPv4");

  /** The interface whose addresses are to be used. */
  public static final Setting<String> INTERFACE =
      Setting.of("interface", "NAME", NameSettings::interfaceName)
          .help("use an address of this interface");

  /** The zones the name is made in: the first, and the others where a CA's limit is reached. */
  public static final Setting<List<Zone>> ZONE =
      Setting.ofMany("zone", "ZONE", Zone::of)
          .offers("sslip.io", "nip.io")
          .orElse("sslip.io nip.io")
          .help(
              "make the name in this magic zone (repeatable: obtain tries the next one at a limit"
                  + " of the CA)");

  private static final Choice<Optional<NameForm>> FORMS = new Choice<>(forms(), NameSettings::word);

  /** The form of the name; empty for the best. */
  public static final Setting<Optional<NameForm>> FORM =
      Setting.of("form", "FORM", FORMS)
          .orElse("auto")
          .help("write the address as " + FORMS.inWords());

  /** Whether a name may be made that a CA may refuse or that means two addresses. */
  public static final Setting<Boolean> ALLOW_UNSAFE_NAME =
      Setting.ofSwitch("allow-unsafe-name")
          .onlyAsFlag()
          .help("take a form that is unsafe for this address");

  /** Whether one name is to carry an address of each family. */
  public static final Setting<Boolean> DUAL =
      Setting.ofSwitch("dual")
          .help("one name for this machine's IPv6 and IPv4 address together, signed for six days");

  /** The name whose addresses are asked for. */
  public static final Setting<HostName> DECODE =
      Setting.of("decode", "NAME", HostName::of)
          .onlyAsFlag()
          .help("print the addresses that NAME carries, one a line");

  /** Whether a name server of the zone is asked for the public IPv4 address. */
  public static final Setting<Boolean> ASK_OUTSIDE =
      Setting.ofSwitch("ask-outside")
          .help(
              "where there are private addresses only, ask the zone's name servers which public"
                  + " IPv4 address they see");

  /** Those that choose address and name. */
  public static final List<Setting<?>> CHOICE =
      List.of(ADDRESS, FAMILY, INTERFACE, ZONE, FORM, ALLOW_UNSAFE_NAME, ASK_OUTSIDE, DUAL);

  private NameSettings() {}

  /** The zone that is wanted most. */
  public static Zone zone(Settings settings) {
    return settings.value(ZONE).getFirst();
  }

  private static String interfaceName(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("it is empty");
    }
    return text;
  }

  private static List<Optional<NameForm>> forms() {
    List<Optional<NameForm>> forms = new ArrayList<>(List.of(Optional.empty()));
    for (NameForm form : NameForm.values()) {
      forms.add(Optional.of(form));
    }
    return forms;
  }

  private static String word(Optional<? extends Enum<?>> value) {
    return value.map(Enum::name).orElse("auto").toLowerCase(Locale.ROOT);
  }
}
