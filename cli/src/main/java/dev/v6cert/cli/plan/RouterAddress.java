package dev.v6cert.cli.plan;

import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.reachability.MappingJournal;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.router.NoMapping;
import dev.v6cert.ipv6.router.NoMappingException;
import dev.v6cert.ipv6.router.PortMapping;
import dev.v6cert.ipv6.router.PortRoute;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The address of the router, where it leads the ports of the challenges to this machine.
 *
 * @param state the state directory, where mappings that have no end are noted
 */
record RouterAddress(StateDirectory state) {

  /**
   * Finds it by having the ports led here and closed again, each by itself.
   *
   * @throws CliFailureException {@link CliFailure.NotMapped} where the router does not do that
   */
  static IpAddress find(Settings settings) throws CliFailureException, IOException {
    return new RouterAddress(new StateDirectory(settings.value(GlobalSettings.STATE_DIR)))
        .of(ResponderOptions.mapped(settings), settings.value(CertificateSettings.IP));
  }

  private IpAddress of(ResponderPlan plan, boolean ip) throws CliFailureException, IOException {
    try {
      return by(routes(plan, ip));
    } catch (NoMappingException e) {
      if (!plan.flexible() || !(e.reason() instanceof NoMapping.Held)) {
        throw new CliFailureException(new CliFailure.NotMapped(e.reason()));
      }
      return byOther(routes(plan.other(), ip), e.reason());
    }
  }

  /** The ways in that names need, and the address where that is certified, too. */
  private static List<PortRoute> routes(ResponderPlan plan, boolean ip) {
    List<PortRoute> routes = new ArrayList<>(plan.inboundToNames());
    if (ip || routes.isEmpty()) {
      plan.inboundToAddresses().stream().filter(it -> !routes.contains(it)).forEach(routes::add);
    }
    return routes;
  }

  /** The same by the port of the other challenge; another machine has that of the first. */
  private IpAddress byOther(List<PortRoute> routes, NoMapping first)
      throws CliFailureException, IOException {
    try {
      return by(routes);
    } catch (NoMappingException e) {
      throw new CliFailureException(new CliFailure.NotMapped(first));
    }
  }

  private IpAddress by(List<PortRoute> routes) throws IOException {
    for (PortRoute route : routes.subList(0, routes.size() - 1)) {
      IpAddress _ = by(route);
    }
    return by(routes.getLast());
  }

  private IpAddress by(PortRoute route) throws IOException {
    MappingJournal journal = MappingJournal.ofOrder(state, route.outer());
    journal.removeLeftover();
    try {
      return outside(route, journal);
    } catch (NoMappingException e) {
      if (!(e.reason() instanceof NoMapping.SamePortOnly)) {
        throw e;
      }
      return outside(PortRoute.same(route.outer()), journal);
    }
  }

  private static IpAddress outside(PortRoute route, MappingJournal journal) throws IOException {
    try (PortMapping mapping = PortMapping.open(route, journal)) {
      return mapping.outside();
    }
  }
}
