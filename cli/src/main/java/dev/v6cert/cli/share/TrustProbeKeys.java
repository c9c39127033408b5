package dev.v6cert.cli.share;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.Keys;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.base.ServerKeys;
import dev.v6cert.ipv6.IpAddress;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/** A certificate for an address by the local CA, whose key is in memory only. */
public final class TrustProbeKeys extends ServerKeys {

  private static final String ALIAS = "probe";

  private final KeyPair keys;
  private final List<X509Certificate> chain;

  private TrustProbeKeys(KeyPair keys, List<X509Certificate> chain) {
    this.keys = keys;
    this.chain = chain;
  }

  /** The keys; empty where the authority does not sign the address, or its time is over. */
  public static Optional<ServerKeys> of(LocalAuthority authority, IpAddress address, Instant now) {
    KeyPair keys = Keys.generate(KeyType.EC256);
    try {
      return Optional.of(
          new TrustProbeKeys(
              keys, authority.sign(keys.getPublic(), List.of(new Subject.Ip(address)), now)));
    } catch (AcmeFailureException e) {
      return Optional.empty();
    }
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return keyType.startsWith("EC") ? ALIAS : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return chain.toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return keys.getPrivate();
  }
}
