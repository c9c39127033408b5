package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.client.AuthoritySession;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.shredzone.acme4j.Certificate;

/** Which of the chains that an authority offers for a certificate is installed (section 7.4.2). */
final class ChainChoice {

  private ChainChoice() {}

  /**
   * The authority's own chain, or the first that has the preferred issuer in it; where none has,
   * its own all the same, and the listener is told.
   *
   * @param preferred the common name of an issuer, a root for one; upper and lower case alike
   */
  static List<X509Certificate> choose(
      AuthoritySession authority,
      Certificate certificate,
      Optional<String> preferred,
      IssuanceEvent.Listener listener)
      throws AcmeFailureException {
    List<X509Certificate> own = chain(authority, certificate);
    if (preferred.isEmpty() || leadsTo(own, preferred.get())) {
      return own;
    }
    List<String> offered = new ArrayList<>(List.of(top(own)));
    for (Certificate alternate :
        authority.call(Step.DOWNLOAD, certificate::getAlternateCertificates)) {
      List<X509Certificate> chain = chain(authority, alternate);
      if (leadsTo(chain, preferred.get())) {
        return chain;
      }
      offered.add(top(chain));
    }
    listener.on(new IssuanceEvent.ChainNotOffered(preferred.get(), offered));
    return own;
  }

  private static List<X509Certificate> chain(AuthoritySession authority, Certificate certificate)
      throws AcmeFailureException {
    return authority.call(
        Step.DOWNLOAD,
        () -> {
          certificate.download();
          return certificate.getCertificateChain();
        });
  }

  private static boolean leadsTo(List<X509Certificate> chain, String issuer) {
    return chain.stream().anyMatch(it -> issuer(it).equalsIgnoreCase(issuer));
  }

  private static String top(List<X509Certificate> chain) {
    return chain.isEmpty() ? "" : issuer(chain.getLast());
  }

  /** The common name of who signed the certificate; the whole name where it has none. */
  private static String issuer(X509Certificate certificate) {
    String whole = certificate.getIssuerX500Principal().getName();
    RDN[] names = new X500Name(whole).getRDNs(BCStyle.CN);
    return names.length == 0 ? whole : IETFUtils.valueToString(names[0].getFirst().getValue());
  }
}
