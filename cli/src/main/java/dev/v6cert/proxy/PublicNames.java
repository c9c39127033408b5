package dev.v6cert.proxy;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The names that this server answers to, for any thread. It must not answer to others: the servers
 * behind see a {@code Host} of their own whatever was asked for, so that their own defence against
 * DNS rebinding is off.
 */
public final class PublicNames {

  private volatile Set<String> names;

  /** Names and addresses; those of IPv6 without brackets. */
  public PublicNames(List<String> names) {
    this.names = inHosts(names);
  }

  /** Answers to these from now on, and no others. */
  public void set(List<String> others) {
    names = inHosts(others);
  }

  private static Set<String> inHosts(List<String> names) {
    return names.stream()
        .map(name -> (name.indexOf(':') < 0 ? name : "[" + name + "]").toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether a value of {@code Host} is one of them, on whatever port. */
  boolean have(String host) {
    int end = host.endsWith("]") ? -1 : host.lastIndexOf(':');
    String name = end < 0 ? host : host.substring(0, end);
    return names.contains(name) || names.contains(name.toLowerCase(Locale.ROOT));
  }
}
