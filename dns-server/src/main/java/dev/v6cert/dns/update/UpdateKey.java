package dev.v6cert.dns.update;

import java.util.List;
import java.util.Set;
import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;

/**
 * A TSIG key, and the names and types that it may change.
 *
 * @param name the name of the key
 * @param algorithm the algorithm as a name, such as {@code hmac-sha256.}
 * @param tsig signs and verifies
 * @param grants the rules; a change is permitted by any of them
 */
record UpdateKey(Name name, Name algorithm, TSIG tsig, List<Grant> grants) {

  /**
   * A rule.
   *
   * @param name the name
   * @param subtree whether the names below it are meant as well
   * @param types the record types
   */
  record Grant(Name name, boolean subtree, Set<Integer> types) {
    boolean permits(Name changed, int type) {
      return types.contains(type) && (subtree ? changed.subdomain(name) : changed.equals(name));
    }
  }

  boolean permits(Name changed, int type) {
    return grants.stream().anyMatch(grant -> grant.permits(changed, type));
  }
}
