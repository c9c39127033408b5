package dev.v6cert.base;

import java.net.Socket;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a TLS server, for no client. A subclass has the certificates, and chooses one of them
 * for engines, for sockets or for both; where it does not choose, there is none. Called from the
 * threads of handshakes, of which there may be many at a time.
 */
public abstract class ServerKeys extends X509ExtendedKeyManager {

  /**
   * The server name that the other side of a handshake asks for (RFC 6066 section 3), in lower
   * case; empty text where it gives none.
   */
  public static String serverName(@Nullable SSLSession handshake) {
    List<SNIServerName> names =
        handshake instanceof ExtendedSSLSession session
            ? session.getRequestedServerNames()
            : List.of();
    for (SNIServerName name : names) {
      if (name instanceof SNIHostName host) {
        return host.getAsciiName().toLowerCase(Locale.ROOT);
      }
    }
    return "";
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public final String @Nullable [] getServerAliases(
      String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public final String @Nullable [] getClientAliases(
      String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public final @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
