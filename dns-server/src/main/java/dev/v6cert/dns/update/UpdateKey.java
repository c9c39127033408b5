package dev.v6cert.dns.update;

import dev.v6cert.dns.tsig.TsigKey;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.Name;

/**
 * A TSIG key, and the names and types that it may change.
 *
 * @param key the key
 * @param grants the rules; a change is permitted by any of them
 */
record UpdateKey(TsigKey key, List<Grant> grants) {

  /**
   * A rule.
   *
   * @param name the name
   * @param subtree whether the names below it are meant as well
   * @param types the record types
   */
  record Grant(Name name, boolean subtree, Set<Integer> types) {
    boolean permits(Name changed, int type) {
      return types.contains(type) && covers(changed);
    }

    boolean covers(Name changed) {
      return subtree ? changed.subdomain(name) : changed.equals(name);
    }
  }

  boolean permits(Name changed, int type) {
    return grants.stream().anyMatch(grant -> grant.permits(changed, type));
  }

  /** Whether it may change records of any type at the name. */
  boolean covers(Name changed) {
    return grants.stream().anyMatch(grant -> grant.covers(changed));
  }
}
