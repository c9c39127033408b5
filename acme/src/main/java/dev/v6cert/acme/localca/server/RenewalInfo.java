package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.localca.order.IssuedCertificate;
import dev.v6cert.acme.localca.order.Order;
import dev.v6cert.acme.localca.order.OrderBook;
import dev.v6cert.acme.localca.order.ProblemException;
import dev.v6cert.acme.localca.order.ProblemType;
import dev.v6cert.acme.localca.order.Signer;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The advice when to renew (RFC 9773): two days after two thirds of the lifetime, or at once where
 * another authority has taken the place of the one that signed.
 */
final class RenewalInfo {

  private static final Duration WINDOW = Duration.ofDays(2);
  private static final String ASK_AGAIN_SECONDS = "21600";
  private static final int LONGEST = 128;

  private final OrderBook orders;
  private final Signer signer;
  private final Clock clock;

  RenewalInfo(OrderBook orders, Signer signer, Clock clock) {
    this.orders = orders;
    this.signer = signer;
    this.clock = clock;
  }

  /** The serial number in an identifier of a certificate (RFC 9773 section 4.1). */
  static Optional<String> serial(String id) {
    int dot = id.indexOf('.');
    if (dot < 1 || dot == id.length() - 1 || id.length() > LONGEST) {
      return Optional.empty();
    }
    try {
      byte[] octets = Base64.getUrlDecoder().decode(id.substring(dot + 1));
      return Optional.of(new BigInteger(octets).toString(16));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The advice about a certificate. */
  Reply of(String id) throws ProblemException {
    Optional<IssuedCertificate> found =
        serial(id).flatMap(orders::ofCertificate).flatMap(Order::certificate);
    if (found.isEmpty()) {
      throw new ProblemException(ProblemType.NOT_FOUND, "there is no such certificate");
    }
    IssuedCertificate certificate = found.get();
    Duration lifetime = Duration.between(certificate.notBefore(), certificate.notAfter());
    Instant start = certificate.notBefore().plus(lifetime.multipliedBy(2).dividedBy(3));
    if (!certificate.issuer().equals(signer.keyId())) {
      start = clock.instant().minus(WINDOW).truncatedTo(ChronoUnit.SECONDS);
    }
    Map<String, Object> window = new LinkedHashMap<>();
    window.put("start", start.toString());
    window.put("end", start.plus(WINDOW).toString());
    return Reply.json(200, Map.of("suggestedWindow", window))
        .with("Retry-After", ASK_AGAIN_SECONDS);
  }
}
