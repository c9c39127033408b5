package dev.v6cert.cli.check;

import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.MagicName;
import dev.v6cert.ipv6.name.Zone;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The refusal of a resolver to give private addresses, a protection against DNS rebinding: it has
 * no answer for the magic name of one, and has one for the name of a public address in the same
 * zone. The filters of dnsmasq and Unbound leave the records out of an answer without error.
 */
public final class RebindingFilter {

  private static final String CHECK = "resolver";

  /** The address of a public resolver; only its name is looked up. */
  private static final InetAddress PUBLIC = InetAddress.ofLiteral("9.9.9.9");

  private static final String PUBLIC_LABEL = "9-9-9-9";

  /** For the public name; one more of these for the private one, which a filter may not answer. */
  private static final long LIMIT_MILLIS = 1000;

  private RebindingFilter() {}

  /**
   * Has this machine's resolver look up the first magic name of the subjects. It takes two seconds
   * at most, and no time that counts where a resolver answers.
   *
   * @return empty when there is no such name, or no resolver that knows the zone
   */
  public static Optional<Finding> look(Collection<Subject> subjects) throws InterruptedException {
    for (Subject subject : subjects) {
      if (subject instanceof Subject.Dns dns && dns.name().labels().size() > 1) {
        Zone zone = Zone.of(dns.name().text().replaceFirst("^[^.]*\\.?", ""));
        EmbeddedAddresses carried = MagicName.parse(dns.name(), zone);
        Optional<IpAddress> address = carried.ipv4().<IpAddress>map(it -> it).or(carried::ipv6);
        if (address.isPresent()) {
          return look(dns.name(), zone, address.get());
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<Finding> look(HostName name, Zone zone, IpAddress address)
      throws InterruptedException {
    String publicName = PUBLIC_LABEL + "." + zone;
    FutureTask<List<InetAddress>> ours = lookUp(name.text());
    FutureTask<List<InetAddress>> control = lookUp(publicName);
    if (!within(control).contains(PUBLIC)) {
      return Optional.empty();
    }
    return Optional.of(
        within(ours).contains(address.toInetAddress())
            ? Finding.ok(CHECK, "this machine's resolver knows " + name)
            : Finding.warn(
                CHECK,
                "this network's resolver withholds private addresses: it does not lead "
                    + name
                    + " to "
                    + address
                    + ", yet knows "
                    + publicName,
                "permit "
                    + zone
                    + " there (Fritz!Box: DNS Rebind Protection (DNS-Rebind-Schutz); dnsmasq:"
                    + " rebind-domain-ok=/"
                    + zone
                    + "/; Unbound and OPNsense: private-domain "
                    + zone
                    + "), or use --domain NAME.localhost on this machine, NAME.local by mDNS"));
  }

  /** A look-up that cannot be interrupted, on a thread that holds up no exit. */
  private static FutureTask<List<InetAddress>> lookUp(String name) {
    FutureTask<List<InetAddress>> task =
        new FutureTask<>(() -> List.of(InetAddress.getAllByName(name)));
    Thread.ofPlatform().daemon().name("lookup").start(task);
    return task;
  }

  private static List<InetAddress> within(FutureTask<List<InetAddress>> lookUp)
      throws InterruptedException {
    try {
      return lookUp.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return List.of();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownHostException) {
        return List.of();
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
