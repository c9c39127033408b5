package dev.v6cert.cli.plan;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.name.Zone;
import java.time.Instant;
import java.util.List;

/**
 * The names that the authority of this machine may sign. Those of a root that is there cannot be
 * changed; where settings ask for others, the failure names the command that makes another one.
 */
public final class LocalNames {

  private LocalNames() {}

  /**
   * The names that a new authority may sign.
   *
   * @throws CliFailureException when a zone of the settings would let it sign too much
   */
  public static NameConstraints wanted(Settings settings) throws CliFailureException {
    if (settings.value(CertificateSettings.ONLY_IPS)) {
      return NameConstraints.onlyAddresses();
    }
    try {
      return NameConstraints.in(settings.value(NameSettings.ZONE));
    } catch (IllegalArgumentException e) {
      throw CliFailureException.usage(
          String.valueOf(e.getMessage()), "choose a --zone with at least two labels");
    }
  }

  /**
   * The names that the present authority may sign.
   *
   * @throws CliFailureException when the settings ask for others
   */
  public static NameConstraints permitted(LocalAuthority present, Settings settings)
      throws CliFailureException {
    NameConstraints own = present.permitted();
    if (settings.value(CertificateSettings.ONLY_IPS)) {
      if (!own.isOnlyAddresses()) {
        throw unchangeable("signs names already", settings);
      }
      return own;
    }
    for (Zone zone : demandedZones(own, settings)) {
      if (own.domains().stream().noneMatch(zone.apex()::isWithin)) {
        throw unchangeable("signs no names in " + zone, settings);
      }
    }
    return own;
  }

  /** The zones of the command line; of a file or variable the first, where it is used. */
  private static List<Zone> demandedZones(NameConstraints own, Settings settings) {
    List<Zone> zones = settings.value(NameSettings.ZONE);
    if (settings.isTyped(NameSettings.ZONE)) {
      return zones;
    }
    boolean used =
        settings.isSet(NameSettings.ZONE)
            && CertificatePlan.wantsMagicName(settings)
            && !own.isOnlyAddresses();
    return used ? zones.subList(0, 1) : List.of();
  }

  /**
   * Refuses subjects that the present authority would refuse.
   *
   * @throws CliFailureException when another one would sign them
   * @throws AcmeFailureException as {@code LocalAuthorityRefusal} when none would
   */
  static void check(LocalAuthority present, List<Subject> subjects, Settings settings)
      throws AcmeFailureException, CliFailureException {
    try {
      present.check(subjects, Instant.now());
    } catch (AcmeFailureException e) {
      if (e.failure() instanceof AcmeFailure.NotPrivate refused
          && wanted(settings).refusal(refused.subject()).isEmpty()) {
        throw unchangeable("does not sign " + refused.subject(), settings);
      }
      throw e;
    }
  }

  private static CliFailureException unchangeable(String what, Settings settings)
      throws CliFailureException {
    NameConstraints _ = wanted(settings); // Those of another one, which may be too wide.
    StringBuilder rotate = new StringBuilder("v6cert local-ca rotate");
    if (settings.value(CertificateSettings.ONLY_IPS)) {
      rotate.append(" --only-ips");
    } else if (settings.isSet(NameSettings.ZONE)) {
      settings.value(NameSettings.ZONE).forEach(zone -> rotate.append(" --zone ").append(zone));
    }
    return CliFailureException.usage(
        "the local CA " + what + ", and its root cannot be changed",
        rotate.append(" makes another one").toString());
  }
}
