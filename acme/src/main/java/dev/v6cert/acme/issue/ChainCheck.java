package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure.BadCertificate;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.CertificateFile;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Proves that a chain is the one asked for, before it replaces one that works. Whether clients
 * trust its root is not asked: a private authority's root is its own affair.
 */
final class ChainCheck {

  /** Authorities date certificates back; none dates them this far ahead. */
  private static final Duration FUTURE = Duration.ofHours(1);

  /**
   * Private authorities may sign for years; what lives longer than people keep machines is wrong.
   */
  private static final Duration LONGEST = Duration.ofDays(30 * 366L);

  private ChainCheck() {}

  /**
   * @param roots those of a private authority, which may sign without anybody between
   * @param now what time it is for the authority
   * @throws AcmeFailureException as {@code BadCertificate}
   */
  static void check(
      List<X509Certificate> chain,
      List<Subject> subjects,
      PublicKey key,
      List<X509Certificate> roots,
      Instant now)
      throws AcmeFailureException {
    if (chain.isEmpty()) {
      throw bad("the answer holds no certificate");
    }
    X509Certificate leaf = chain.getFirst();
    if (!Arrays.equals(leaf.getPublicKey().getEncoded(), key.getEncoded())) {
      throw bad("it is for another key");
    }
    try {
      Set<Subject> named = new HashSet<>(CertificateFile.subjects(leaf));
      if (!named.equals(new HashSet<>(subjects))) {
        throw bad("it is for " + named + ", not for " + subjects);
      }
    } catch (CertificateException e) {
      throw bad(String.valueOf(e.getMessage()));
    }
    checkDates(leaf, now);
    checkLinks(chain, roots, now);
  }

  private static void checkDates(X509Certificate leaf, Instant now) throws AcmeFailureException {
    Instant from = leaf.getNotBefore().toInstant();
    Instant until = leaf.getNotAfter().toInstant();
    if (until.isBefore(now)) {
      throw bad("it expired on " + until);
    }
    if (from.isAfter(now.plus(FUTURE))) {
      throw bad("it is not valid before " + from);
    }
    if (Duration.between(from, until).compareTo(LONGEST) > 0) {
      throw bad("its dates make no sense: it is valid until " + until);
    }
  }

  private static void checkLinks(
      List<X509Certificate> chain, List<X509Certificate> roots, Instant now)
      throws AcmeFailureException {
    if (chain.size() < 2 && roots.stream().noneMatch(root -> signed(root, chain.getFirst()))) {
      throw bad("the certificates that link it to a root are missing");
    }
    for (int i = 0; i + 1 < chain.size(); i++) {
      X509Certificate issuer = chain.get(i + 1);
      boolean named =
          chain.get(i).getIssuerX500Principal().equals(issuer.getSubjectX500Principal());
      if (!named || !signed(issuer, chain.get(i))) {
        throw bad("its chain breaks at " + issuer.getSubjectX500Principal().getName());
      }
      if (issuer.getNotAfter().toInstant().isBefore(now)) {
        throw bad(issuer.getSubjectX500Principal().getName() + " in its chain has expired");
      }
      if (issuer.getBasicConstraints() < 0) {
        throw bad(issuer.getSubjectX500Principal().getName() + " is not an authority");
      }
    }
  }

  private static boolean signed(X509Certificate issuer, X509Certificate certificate) {
    try {
      certificate.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static AcmeFailureException bad(String fault) {
    return new AcmeFailureException(new BadCertificate(fault));
  }
}
