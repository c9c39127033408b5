package dev.v6cert.acme.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/** Opens acme4j's connections: patient ones, trusting what we are told to trust. */
final class AuthorityProvider extends GenericAcmeProvider {

  private final Patience patience;
  private final Optional<SSLContext> trust;

  AuthorityProvider(Patience patience, Optional<SSLContext> trust) {
    this.patience = patience;
    this.trust = trust;
  }

  @Override
  public HttpClient createHttpClient(NetworkSettings settings) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(settings.getTimeout())
            .proxy(settings.getProxySelector());
    trust.ifPresent(builder::sslContext);
    return builder.build();
  }

  @Override
  public Connection connect(URI server, NetworkSettings settings, HttpClient client) {
    return new PatientConnection(createHttpConnector(settings, client), patience);
  }
}
