package dev.v6cert.cli.check;

import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.name.MagicName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The names of a site that is to outlive the machine's address: of magic names their zones, as the
 * next address has another name in them.
 *
 * @param zones the zones whose magic names are meant, all of them
 * @param names names that carry no address
 * @param addresses addresses, those of IPv6 in brackets
 */
record SiteNames(Set<String> zones, Set<String> names, Set<String> addresses) {

  static SiteNames of(Collection<Subject> subjects) {
    SiteNames site =
        new SiteNames(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    for (Subject subject : subjects) {
      switch (subject) {
        case Subject.Ip ip -> site.addresses.add(ip.address().urlHost());
        case Subject.Dns dns -> site.add(dns.name().text());
        case Subject.Wildcard _ -> {} // Proven by DNS-01, with no web server in the way.
      }
    }
    return site;
  }

  private void add(String name) {
    int dot = name.indexOf('.');
    if (dot > 0 && !MagicName.parse(name.substring(0, dot)).isEmpty()) {
      zones.add(name.substring(dot + 1));
    } else {
      names.add(name);
    }
  }

  /** All of them, with a pattern for the magic names of a zone. */
  List<String> hosts(String anyName) {
    List<String> hosts = new ArrayList<>();
    zones.forEach(zone -> hosts.add(anyName + "." + zone));
    hosts.addAll(names);
    return hosts;
  }
}
