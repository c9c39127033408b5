package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.client.AuthoritySession;
import dev.v6cert.acme.client.Deadline;
import dev.v6cert.acme.client.RetryAfter;
import dev.v6cert.acme.lineage.CertificateFile;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.base.Ticker;
import java.net.URI;
import java.net.URL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.shredzone.acme4j.connector.Connection;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.toolbox.AcmeUtils;
import org.shredzone.acme4j.toolbox.JSON;

/** Asks authorities when they would have a certificate renewed (RFC 9773 section 4.2). */
public final class RenewalInfoClient {

  /** Advice is worth little waiting: there are rules to go by without it. */
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final Clock clock;
  private final Ticker ticker;

  /** A client by the machine's clocks. */
  public RenewalInfoClient() {
    this(Clock.systemUTC(), Ticker.SYSTEM);
  }

  /** A client by the given clocks. */
  public RenewalInfoClient(Clock clock, Ticker ticker) {
    this.clock = clock;
    this.ticker = ticker;
  }

  /** The answer of the lineage's authority about its present certificate; never fails. */
  public RenewalAdvice.Answer ask(Lineage lineage) {
    if (lineage.plan().request().authority().isLocal()) {
      return new RenewalAdvice.Answer.NotOffered();
    }
    try (AuthoritySession authority =
        AuthoritySession.open(
            lineage.plan().request().authority(),
            new Deadline(ticker, LIMIT),
            clock,
            event -> {})) {
      Optional<URL> resource =
          authority.call(
              Step.DIRECTORY, () -> authority.session().resourceUrlOptional(Resource.RENEWAL_INFO));
      return resource.isEmpty()
          ? new RenewalAdvice.Answer.NotOffered()
          : window(authority, resource.get(), CertificateFile.present(lineage));
    } catch (AcmeFailureException e) {
      return new RenewalAdvice.Answer.Silent(e.failure().retryAfter());
    }
  }

  private static RenewalAdvice.Answer window(
      AuthoritySession authority, URL resource, X509Certificate certificate)
      throws AcmeFailureException {
    return authority.call(
        Step.DIRECTORY,
        () -> {
          String base = resource.toExternalForm();
          String slash = base.endsWith("/") ? "" : "/";
          URI address =
              URI.create(base + slash + AcmeUtils.getRenewalUniqueIdentifier(certificate));
          try (Connection connection = authority.session().connect()) {
            connection.sendRequest(address.toURL(), authority.session(), null);
            JSON answer = connection.readJsonResponse();
            JSON window = answer.get("suggestedWindow").asObject();
            return new RenewalAdvice.Answer.Offered(
                window.get("start").asInstant(),
                window.get("end").asInstant(),
                answer.get("explanationURL").optional().map(JSON.Value::asURI),
                connection.getRetryAfter().map(RetryAfter::decode),
                authority.authorityNow());
          }
        });
  }
}
