package dev.v6cert.cli.plan;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.MagicName;
import dev.v6cert.ipv6.name.NameForm;
import dev.v6cert.ipv6.name.NameResult;
import dev.v6cert.ipv6.name.Zone;
import java.util.Locale;
import java.util.Optional;

/**
 * The magic name of an address, in the zone and form that the settings choose.
 *
 * @param name the name
 * @param form the form that it is written in, in lower case
 * @param note what a person should know about it
 */
public record ChosenName(HostName name, String form, Optional<String> note) {

  /** The name in the zone that is wanted most. */
  public static ChosenName of(IpAddress address, Settings settings) throws CliFailureException {
    return of(address, NameSettings.zone(settings), settings);
  }

  /** The name in the zone. */
  static ChosenName of(IpAddress address, Zone zone, Settings settings) throws CliFailureException {
    Optional<NameForm> form = settings.value(NameSettings.FORM);
    NameResult formatting =
        form.map(asked -> MagicName.format(address, zone, asked))
            .orElseGet(() -> MagicName.format(address, zone));
    if (formatting instanceof NameResult.Unsafe unsafe) {
      return unsafe(address, unsafe, settings);
    }
    NameResult.Safe safe = (NameResult.Safe) formatting;
    return new ChosenName(
        safe.name(),
        text(safe.form()),
        safe.note().map(why -> "written " + text(safe.form()) + ": " + why));
  }

  private static ChosenName unsafe(IpAddress address, NameResult.Unsafe unsafe, Settings settings)
      throws CliFailureException {
    String reasons = String.join("; ", unsafe.reasons());
    if (unsafe.name().isPresent() && settings.value(NameSettings.ALLOW_UNSAFE_NAME)) {
      return new ChosenName(
          unsafe.name().get(), text(unsafe.form()), Optional.of("unsafe name: " + reasons));
    }
    throw new CliFailureException(
        new CliFailure.UnsafeName(
            address.toString(), text(unsafe.form()), unsafe.reasons(), unsafe.name().isPresent()));
  }

  /** The zone that it is in: what stands behind its first label, which is the address. */
  public Zone zone() {
    return Zone.of(name.text().substring(name.text().indexOf('.') + 1));
  }

  private static String text(NameForm form) {
    return form.name().toLowerCase(Locale.ROOT);
  }
}
