package dev.v6cert.cli.plan;

import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.reach.MappingJournal;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.router.NoMapping;
import dev.v6cert.ipv6.router.NoMappingException;
import dev.v6cert.ipv6.router.PortMapping;
import java.io.IOException;

/** The address of the router, where it leads the port of a challenge to this machine. */
final class RouterAddress {

  private RouterAddress() {}

  /**
   * Finds it by having the port led here and closed again.
   *
   * @throws CliFailureException {@link CliFailure.NotMapped} where the router does not do that
   */
  static IpAddress find(Settings settings) throws CliFailureException, IOException {
    MappingJournal journal =
        new MappingJournal(new StateDirectory(settings.value(GlobalSettings.STATE_DIR)));
    journal.removeLeftover();
    ResponderPlan plan = ResponderOptions.mapped(settings);
    try {
      return by(plan, journal);
    } catch (NoMappingException e) {
      if (!plan.flexible() || !(e.reason() instanceof NoMapping.Held)) {
        throw new CliFailureException(new CliFailure.NotMapped(e.reason()));
      }
      return byOther(plan.other(), journal, e.reason());
    }
  }

  /** The same by the port of the other challenge; another machine has that of the first. */
  private static IpAddress byOther(ResponderPlan other, MappingJournal journal, NoMapping first)
      throws CliFailureException, IOException {
    try {
      return by(other, journal);
    } catch (NoMappingException e) {
      throw new CliFailureException(new CliFailure.NotMapped(first));
    }
  }

  private static IpAddress by(ResponderPlan plan, MappingJournal journal) throws IOException {
    int outer = plan.solver().port();
    try {
      return by(outer, plan.port(), journal);
    } catch (NoMappingException e) {
      if (!(e.reason() instanceof NoMapping.SamePortOnly)) {
        throw e;
      }
      return by(outer, outer, journal);
    }
  }

  private static IpAddress by(int outer, int here, MappingJournal journal) throws IOException {
    try (PortMapping mapping = PortMapping.open(outer, here, journal)) {
      return mapping.outside();
    }
  }
}
