package dev.v6cert.acme.client;

import java.net.URI;
import java.net.http.HttpClient;
import javax.net.ssl.SSLContext;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/** Opens acme4j's connections, with retries and with trust in the roots that were given. */
final class AuthorityProvider extends GenericAcmeProvider {

  private final RequestRetryPolicy retryPolicy;
  private final SSLContext tls;

  AuthorityProvider(RequestRetryPolicy retryPolicy, SSLContext tls) {
    this.retryPolicy = retryPolicy;
    this.tls = tls;
  }

  @Override
  public HttpClient createHttpClient(NetworkSettings settings) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NORMAL)
        .connectTimeout(settings.getTimeout())
        .proxy(settings.getProxySelector())
        .sslContext(tls)
        .build();
  }

  @Override
  public Connection connect(URI server, NetworkSettings settings, HttpClient client) {
    return new RetryingConnection(createHttpConnector(settings, client), retryPolicy);
  }
}
