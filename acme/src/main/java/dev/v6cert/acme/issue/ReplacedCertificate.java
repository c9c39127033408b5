package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.client.AuthoritySession;
import dev.v6cert.acme.client.Problems;
import dev.v6cert.acme.client.ServerFaultException;
import dev.v6cert.acme.lineage.CertificateFile;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalAdvice;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.connector.Resource;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.toolbox.AcmeUtils;

/**
 * The certificate that an order says it replaces (RFC 9773 section 5), which frees the order of the
 * authority's limits.
 *
 * @param id the certificate's identifier, {@code keyIdentifier.serial} in base64url
 * @param account the account that it was issued to
 */
record ReplacedCertificate(String id, URI account) {

  private static final Set<String> RETRIED =
      Set.of("alreadyReplaced", "malformed", "unauthorized", "notFound");

  /**
   * The lineage's present certificate, where the authority can be told that it is replaced: it
   * knows renewal information, and issued that certificate for at least one of the subjects.
   */
  static Optional<ReplacedCertificate> of(
      AuthoritySession authority, IssuanceRequest request, Optional<Lineage> present)
      throws AcmeFailureException {
    Optional<Lineage> replaced =
        present
            .filter(lineage -> isBySameAuthority(lineage, request))
            .filter(lineage -> lineage.generation().filter(it -> shares(it, request)).isPresent());
    Optional<URI> account = replaced.flatMap(Lineage::advice).flatMap(RenewalAdvice::account);
    boolean offered =
        authority.call(
            Step.DIRECTORY,
            () -> authority.session().resourceUrlOptional(Resource.RENEWAL_INFO).isPresent());
    return offered && account.isPresent()
        ? id(replaced.orElseThrow()).map(id -> new ReplacedCertificate(id, account.get()))
        : Optional.empty();
  }

  private static boolean isBySameAuthority(Lineage lineage, IssuanceRequest request) {
    URI directory = lineage.plan().request().authority().directory();
    return directory.equals(request.authority().directory());
  }

  private static boolean shares(Generation present, IssuanceRequest request) {
    return present.subjects().stream().anyMatch(new HashSet<>(request.subjects())::contains);
  }

  private static Optional<String> id(Lineage lineage) {
    try {
      X509Certificate certificate = CertificateFile.present(lineage);
      return Optional.of(AcmeUtils.getRenewalUniqueIdentifier(certificate));
    } catch (AcmeFailureException | AcmeProtocolException e) {
      return Optional.empty(); // Damaged, or without a key identifier: it is just not named.
    }
  }

  /**
   * The reason of a refusal that may be about the replacement, so that the order may do without it;
   * empty of any other. A fault that stays is one: Pebble tells so that it does not know the
   * certificate.
   */
  static Optional<String> refusal(AcmeException e) {
    return switch (e) {
      case AcmeServerException server ->
          Optional.of(Problems.of(server.getProblem()).type()).filter(RETRIED::contains);
      case AcmeNetworkException network
          when network.getCause() instanceof ServerFaultException fault
              && fault.status() == HttpURLConnection.HTTP_INTERNAL_ERROR ->
          Optional.of("HTTP " + fault.status());
      default -> Optional.empty();
    };
  }
}
