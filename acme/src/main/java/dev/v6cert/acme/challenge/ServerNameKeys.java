package dev.v6cert.acme.challenge;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of the presented challenges, by the server name that asks for them. Who asks for
 * another name gets none, and so no connection.
 */
final class ServerNameKeys extends X509ExtendedKeyManager {

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

  /**
   * The server name that the other side asks for, in lower case; empty text where it gives none.
   */
  static String serverName(SSLSocket socket) {
    if (socket.getHandshakeSession() instanceof ExtendedSSLSession session) {
      for (SNIServerName name : session.getRequestedServerNames()) {
        if (name instanceof SNIHostName host) {
          return host.getAsciiName().toLowerCase(Locale.ROOT);
        }
      }
    }
    return "";
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return socket instanceof SSLSocket tls && keyType.startsWith("EC")
        ? Optional.of(serverName(tls)).filter(certificates::containsKey).orElse(null)
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

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
