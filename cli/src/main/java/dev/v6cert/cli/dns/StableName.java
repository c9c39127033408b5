package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.dns.update.UpdateClient;
import dev.v6cert.dns.update.UpdateFailedException;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;

/**
 * A name of one's own that leads to the addresses of this machine, by signed updates (RFC 2136).
 *
 * @param client changes the zone of the name
 * @param name the name
 */
public record StableName(UpdateClient client, HostName name) {

  /**
   * Has the name lead to these addresses and no others.
   *
   * @param ttl how long resolvers may keep them
   * @return whether the name led elsewhere before, or may have
   * @throws AcmeFailureException when the name server does not take that
   */
  public boolean leadTo(Collection<IpAddress> addresses, Duration ttl) throws AcmeFailureException {
    HostName zone = name;
    try {
      zone = client.zoneOf(name);
      Optional<Set<IpAddress>> there = client.addresses(name);
      if (there.filter(Set.copyOf(addresses)::equals).isPresent()) {
        return false;
      }
      client.replaceAddresses(zone, name, there, addresses, ttl);
      return true;
    } catch (UpdateFailedException e) {
      throw UpdateText.failure(e, client, zone, name + ". A AAAA");
    }
  }
}
