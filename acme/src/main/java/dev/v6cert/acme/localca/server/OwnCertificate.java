package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.Keys;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.base.ServerKeys;
import dev.v6cert.ipv6.IpAddress;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of the server's own HTTPS, by the authority that it serves. Its key exists in
 * memory only; it is signed anew after two thirds of its lifetime, for other names, and by another
 * authority.
 */
final class OwnCertificate extends ServerKeys {

  private static final String ALIAS = "own";

  private final LocalAuthorityStore store;
  private final Supplier<List<Subject>> names;
  private final Clock clock;
  private final KeyPair keys = Keys.generate(KeyType.EC256);
  private volatile Present present;

  /**
   * The certificate at present.
   *
   * @param hosts its names, as in URLs
   * @param signer the authority's name
   */
  private record Present(
      List<X509Certificate> chain, Set<Subject> subjects, Set<String> hosts, String signer) {}

  /**
   * A new one.
   *
   * @throws AcmeFailureException when the authority cannot sign
   */
  OwnCertificate(LocalAuthorityStore store, Supplier<List<Subject>> names, Clock clock)
      throws AcmeFailureException {
    this.store = store;
    this.names = names;
    this.clock = clock;
    this.present = sign();
  }

  private Present sign() throws AcmeFailureException {
    LocalAuthority authority = store.present();
    List<Subject> permitted = permitted(authority);
    return new Present(
        authority.sign(keys.getPublic(), permitted, clock.instant()),
        Set.copyOf(permitted),
        permitted.stream().map(OwnCertificate::host).collect(Collectors.toUnmodifiableSet()),
        authority.id());
  }

  private List<Subject> permitted(LocalAuthority authority) {
    return names.get().stream()
        .distinct()
        .filter(name -> authority.permitted().refusal(name).isEmpty())
        .toList();
  }

  private static String host(Subject subject) {
    return switch (subject) {
      case Subject.Dns dns -> dns.value();
      case Subject.Wildcard any -> any.value();
      case Subject.Ip(IpAddress address) -> address.urlHost();
    };
  }

  /** Signs it anew where that is due. */
  void refresh() throws AcmeFailureException {
    Present now = present;
    LocalAuthority authority = store.present();
    X509Certificate leaf = now.chain().getFirst();
    Instant from = leaf.getNotBefore().toInstant();
    Duration lifetime = Duration.between(from, leaf.getNotAfter().toInstant());
    boolean old = clock.instant().isAfter(from.plus(lifetime.multipliedBy(2).dividedBy(3)));
    if (old
        || !authority.id().equals(now.signer())
        || !new HashSet<>(permitted(authority)).equals(now.subjects())) {
      present = sign();
    }
  }

  /** The names that it is for. */
  Set<Subject> subjects() {
    return present.subjects();
  }

  /** Whether a host, perhaps with a port, is one of its names. */
  boolean isFor(String host) {
    return present.hosts().contains(host.replaceFirst(":[0-9]{1,5}$", ""));
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return keyType.startsWith("EC") ? ALIAS : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return present.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return keys.getPrivate();
  }
}
