package dev.v6cert.acme.client;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.toolbox.JSON;

/**
 * Asks an authority's directory at one of its addresses, chosen by the caller: the JDK's HTTP
 * client chooses for itself, and so cannot tell whether both families work.
 *
 * @param time the authority's clock, where it told
 * @param identities the domains that mean it in CAA records, where it told (RFC 8555 section 9.7.6)
 */
public record AuthorityProbe(Optional<Instant> time, List<String> identities) {

  private static final int LIMIT_MILLIS = 10_000;
  private static final int HTTPS = 443;
  private static final int MOST_OCTETS = 1 << 20;
  private static final Pattern DATE = Pattern.compile("(?im)^date:[ \t]*(.*?)[ \t]*\r?$");

  public AuthorityProbe {
    identities = List.copyOf(identities);
  }

  /**
   * Reads the directory there.
   *
   * @throws IOException when there is no connection, no trust in it, or no directory
   * @throws AcmeFailureException when the authority's roots cannot be used
   */
  public static AuthorityProbe at(CertificateAuthority authority, InetAddress address)
      throws IOException, AcmeFailureException {
    SSLSocketFactory tls =
        authority.roots().isPresent()
            ? TrustedRoots.read(authority.roots().get()).tls().getSocketFactory()
            : JdkRoots.tls().getSocketFactory();
    URI directory = authority.directory();
    int port = directory.getPort() < 0 ? HTTPS : directory.getPort();
    String host = host(authority);
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(address, port), LIMIT_MILLIS);
      plain.setSoTimeout(LIMIT_MILLIS);
      try (SSLSocket socket = (SSLSocket) tls.createSocket(plain, host, port, true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        String path = directory.getRawPath().isEmpty() ? "/" : directory.getRawPath();
        String request =
            "GET %s HTTP/1.0\r\nHost: %s\r\nUser-Agent: v6cert\r\n\r\n"
                .formatted(path, directory.getRawAuthority());
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return read(socket.getInputStream());
      }
    }
  }

  /** The host of the authority's directory, without the brackets of an address. */
  public static String host(CertificateAuthority authority) {
    return authority.directory().getHost().replaceAll("[\\[\\]]", "");
  }

  private static AuthorityProbe read(InputStream in) throws IOException {
    String answer = new String(in.readNBytes(MOST_OCTETS), StandardCharsets.UTF_8);
    int end = answer.indexOf("\r\n\r\n");
    if (!answer.startsWith("HTTP/1.") || end < 0) {
      throw new IOException("it is not a web server");
    }
    String head = answer.substring(0, end);
    String status = head.lines().findFirst().orElse("").replaceFirst("^\\S+ ", "");
    if (!status.startsWith("200")) {
      throw new IOException("it answers with HTTP status " + status);
    }
    Matcher date = DATE.matcher(head);
    return new AuthorityProbe(
        date.find() ? RetryAfter.date(date.group(1)) : Optional.empty(),
        identities(answer.substring(end + 4)));
  }

  private static List<String> identities(String body) throws IOException {
    try {
      JSON directory = JSON.parse(body);
      if (!directory.contains("newOrder")) {
        throw new IOException("it is not an ACME CA");
      }
      return directory
          .get("meta")
          .optional()
          .map(JSON.Value::asObject)
          .map(meta -> meta.get("caaIdentities").asArray().stream())
          .map(values -> values.map(JSON.Value::asString).toList())
          .orElse(List.of());
    } catch (AcmeProtocolException | IllegalArgumentException e) {
      throw new IOException("it is not an ACME CA", e);
    }
  }
}
