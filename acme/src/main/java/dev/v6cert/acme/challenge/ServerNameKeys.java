package dev.v6cert.acme.challenge;

import dev.v6cert.base.ServerKeys;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of the presented challenges, by the server name that asks for them. Who asks for
 * another name gets none, and so no connection.
 */
final class ServerNameKeys extends ServerKeys {

  private final Map<String, ChallengeCertificate> certificates = new ConcurrentHashMap<>();

  void add(String name, ChallengeCertificate certificate) {
    certificates.put(name, certificate);
  }

  void remove(String name) {
    certificates.remove(name);
  }

  boolean has(String name) {
    return certificates.containsKey(name);
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return socket instanceof SSLSocket tls && keyType.startsWith("EC")
        ? Optional.of(serverName(tls.getHandshakeSession()))
            .filter(certificates::containsKey)
            .orElse(null)
        : null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    ChallengeCertificate found = certificates.get(alias);
    return found == null ? null : new X509Certificate[] {found.certificate()};
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    ChallengeCertificate found = certificates.get(alias);
    return found == null ? null : found.key();
  }
}
