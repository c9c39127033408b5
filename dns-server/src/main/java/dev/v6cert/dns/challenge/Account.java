package dev.v6cert.dns.challenge;

import dev.v6cert.dns.answer.ZoneSetup;
import dev.v6cert.dns.credential.AccountKey;
import dev.v6cert.dns.credential.BcryptHash;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.Zone;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import org.xbill.DNS.Name;

/**
 * A client that may set the TXT records of one name.
 *
 * @param user its user name, a UUID
 * @param name the name whose records it sets
 * @param key its key, or what is known of it
 * @param allowed the networks that it may come from; any where empty
 * @param created the time of its registration
 * @param used whether it has ever set a record
 */
public record Account(
    String user,
    Name name,
    AccountKey key,
    List<AddressBlock> allowed,
    Instant created,
    boolean used) {

  /** Takes a copy of the networks. */
  public Account {
    allowed = List.copyOf(allowed);
  }

  /**
   * An account of an acme-dns server, which keeps its user name, its label and its key.
   *
   * @param zone the zone that its name is in from now on
   * @param now the time at which it is taken over; it counts as used
   */
  public static Account ofAcmeDns(
      String user,
      String subdomain,
      Zone zone,
      BcryptHash key,
      List<AddressBlock> allowed,
      Instant now) {
    Name apex = ZoneSetup.name(zone.apex());
    return new Account(
        user, Name.fromConstantString(subdomain + "." + apex), key, allowed, now, true);
  }

  /** Its name as text, without the dot at the end. */
  public String domain() {
    return name.toString(true);
  }

  /** The label of its name below the zone. */
  public String subdomain() {
    return name.getLabelString(0);
  }

  /** Whether it may come from this address. */
  public boolean permits(InetAddress client) {
    IpAddress address = IpAddress.from(client);
    return allowed.isEmpty() || allowed.stream().anyMatch(network -> network.contains(address));
  }

  /** The same account, whose key is kept otherwise. */
  Account withKey(AccountKey other) {
    return new Account(user, name, other, allowed, created, used);
  }

  /** The same account, which has set a record. */
  public Account afterUse() {
    return new Account(user, name, key, allowed, created, true);
  }
}
