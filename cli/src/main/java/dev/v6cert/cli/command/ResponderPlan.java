package dev.v6cert.cli.command;

import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.Http01Solver;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.Ipv6Address;
import java.net.InetAddress;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where challenges are answered; kept with a lineage, so that its renewals answer there too.
 *
 * @param address the local address to bind
 * @param port the port to bind
 */
record ResponderPlan(Optional<InetAddress> address, int port) {

  private static final String ADDRESS = CertificateSettings.HTTP_ADDRESS.key();
  private static final String PORT = CertificateSettings.HTTP_PORT.key();

  static ResponderPlan of(Settings settings, ChosenAddress chosen) {
    return new ResponderPlan(
        settings
            .find(CertificateSettings.HTTP_ADDRESS)
            .or(() -> chosen.on().map(_ -> chosen.address().toInetAddress())),
        settings.value(CertificateSettings.HTTP_PORT));
  }

  /**
   * The plan that {@link #settings} wrote.
   *
   * @throws IllegalArgumentException when something else did
   */
  static ResponderPlan of(Map<String, String> settings) {
    return new ResponderPlan(
        Optional.ofNullable(settings.get(ADDRESS)).map(InetAddress::ofLiteral),
        Integer.parseInt(settings.getOrDefault(PORT, Integer.toString(Http01Solver.PORT))));
  }

  /** The plan once the machine has another address in place of {@code old}. */
  ResponderPlan moved(Ipv6Address old, Ipv6Address other) {
    boolean wasThere = address.flatMap(Ipv6Address::from).filter(old::equals).isPresent();
    return wasThere ? new ResponderPlan(Optional.of(other.toInetAddress()), port) : this;
  }

  /** The plan as text. */
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    settings.put(PORT, Integer.toString(port));
    address.ifPresent(literal -> settings.put(ADDRESS, literal.getHostAddress()));
    return settings;
  }

  ChallengeSolver solver() {
    return new Http01Solver(address, port, Clock.systemUTC());
  }
}
