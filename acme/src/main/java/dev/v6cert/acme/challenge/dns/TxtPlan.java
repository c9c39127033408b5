package dev.v6cert.acme.challenge.dns;

import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.ipv6.IpAddress;

/**
 * The way that TXT records prove the names of a lineage.
 *
 * @param challenge the type of challenge, {@link ChallengeType#isByTxt by TXT records}
 * @param place the place of the records
 */
public record TxtPlan(ChallengeType challenge, TxtPlace place) {

  /** DNS-01 with records in the place. */
  public static TxtPlan dns01(TxtPlace place) {
    return new TxtPlan(ChallengeType.DNS_01, place);
  }

  /** The plan once the machine has another address in place of {@code old}. */
  public TxtPlan moved(IpAddress old, IpAddress other) {
    return new TxtPlan(challenge, place.moved(old, other));
  }
}
