package dev.v6cert.cli.plan;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.MagicName;
import dev.v6cert.ipv6.name.NameForm;
import dev.v6cert.ipv6.name.NameResult;
import dev.v6cert.ipv6.name.Zone;
import java.util.Locale;
import java.util.Optional;

/**
 * The magic name of an address, or of one of each family, in the zone and form that the settings
 * choose.
 *
 * @param name the name
 * @param zone the zone that it is in
 * @param form the form that it is written in, in lower case
 * @param note what a person should know about it
 */
public record ChosenName(HostName name, Zone zone, String form, Optional<String> note) {

  /** The name in the zone that is wanted most. */
  public static ChosenName of(IpAddress address, Settings settings) throws CliFailureException {
    return of(address, Optional.empty(), NameSettings.zone(settings), settings);
  }

  /** The name of the address and the one beside it, in the zone that is wanted most. */
  public static ChosenName of(ChosenAddress address, Settings settings) throws CliFailureException {
    return of(address, NameSettings.zone(settings), settings);
  }

  /** The name in the zone. */
  static ChosenName of(ChosenAddress address, Zone zone, Settings settings)
      throws CliFailureException {
    return of(address.address(), address.ipv4Beside(), zone, settings);
  }

  private static ChosenName of(
      IpAddress address, Optional<Ipv4Address> beside, Zone zone, Settings settings)
      throws CliFailureException {
    NameResult formatting = formatting(address, beside, zone, settings);
    if (formatting instanceof NameResult.Unsafe unsafe) {
      return unsafe(address, zone, unsafe, settings);
    }
    NameResult.Safe safe = (NameResult.Safe) formatting;
    return new ChosenName(
        safe.name(),
        zone,
        text(safe.form()),
        safe.note().map(why -> "written " + text(safe.form()) + ": " + why));
  }

  private static NameResult formatting(
      IpAddress address, Optional<Ipv4Address> beside, Zone zone, Settings settings) {
    Optional<NameForm> form = settings.value(NameSettings.FORM);
    if (beside.isPresent() && address instanceof Ipv6Address ipv6) {
      return form.isPresent()
          ? MagicName.format(beside.get(), ipv6, zone, form.get())
          : MagicName.format(beside.get(), ipv6, zone);
    }
    return form.isPresent()
        ? MagicName.format(address, zone, form.get())
        : MagicName.format(address, zone);
  }

  private static ChosenName unsafe(
      IpAddress address, Zone zone, NameResult.Unsafe unsafe, Settings settings)
      throws CliFailureException {
    String reasons = String.join("; ", unsafe.reasons());
    if (unsafe.name().isPresent() && settings.value(NameSettings.ALLOW_UNSAFE_NAME)) {
      return new ChosenName(
          unsafe.name().get(), zone, text(unsafe.form()), Optional.of("unsafe name: " + reasons));
    }
    throw new CliFailureException(
        new CliFailure.UnsafeName(
            address.toString(), text(unsafe.form()), unsafe.reasons(), unsafe.name().isPresent()));
  }

  private static String text(NameForm form) {
    return form.name().toLowerCase(Locale.ROOT);
  }
}
