package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.AddressScope;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The number of answers that a client network gets, and the clients that get every answer: exempt
 * networks, and clients with a cookie.
 *
 * @param perSecond answers a second over UDP to one client network, 0 for no limit
 * @param exempt networks that get every answer
 * @param cookieSecrets the file of the secrets of cookies, see {@link ServerCookies#read}; random
 *     ones where empty
 */
public record RateLimits(int perSecond, List<AddressBlock> exempt, Optional<Path> cookieSecrets) {
  /** The most answers a second that can be asked for; more is no limit worth the name. */
  public static final int HIGHEST = 1_000_000;

  private static final AddressBlock IPV4_MAPPED =
      AddressBlock.parse(AddressScope.IPV4_MAPPED.prefix());

  /** The limit of a server on the Internet. */
  public static final RateLimits DEFAULT = of(1000);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one of them makes no sense; the message says which
   */
  public RateLimits {
    exempt = exempt.stream().distinct().toList();
    exempt.forEach(RateLimits::check);
    if (perSecond < 0 || perSecond > HIGHEST) {
      throw new IllegalArgumentException(
          "a rate limit is 0 (none) to " + HIGHEST + " answers a second");
    }
  }

  /** A limit that holds for every network. */
  public static RateLimits of(int perSecond) {
    return new RateLimits(perSecond, List.of(), Optional.empty());
  }

  /**
   * Reads a network that is to be exempt.
   *
   * @throws IllegalArgumentException when the text is none; the message says why
   */
  public static AddressBlock network(String text) {
    AddressBlock network = AddressBlock.parse(text);
    check(network);
    return network;
  }

  private static void check(AddressBlock network) {
    if (network.length() == 0) {
      throw new IllegalArgumentException("it exempts everybody; --rate-limit 0 does so");
    }
    if (IPV4_MAPPED.contains(network)) {
      throw new IllegalArgumentException("write the IPv4 network, as 192.0.2.0/24");
    }
  }
}
