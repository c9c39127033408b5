package dev.v6cert.acme.localca;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.Keys;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * An intermediate with its key, and the root that signed it and cannot sign again. A stolen key
 * signs private names only: clients check the constraints of the intermediate.
 *
 * @param root the certificate for trust stores
 * @param intermediate the certificate that issues
 * @param key of the intermediate
 * @param permitted what it may sign, as both certificates say
 */
public record LocalAuthority(
    X509Certificate root, X509Certificate intermediate, PrivateKey key, NameConstraints permitted) {

  /** The lifetime of a leaf; a renewal is due with a third of it left. */
  public static final Duration LEAF_LIFETIME = Duration.ofDays(90);

  private static final int YEARS = 10;

  /** For peers on the LAN whose clocks are behind. */
  private static final Duration BACKDATED = Duration.ofHours(1);

  private static final int ID_OCTETS = 8;

  /**
   * A new authority. The root's key is dropped as soon as the intermediate is signed.
   *
   * @param owner of the state directory, such as {@code user@host}, for the root's name
   */
  public static LocalAuthority create(String owner, NameConstraints permitted, Instant now) {
    Instant from = now.minus(BACKDATED).truncatedTo(ChronoUnit.SECONDS);
    CertificateTemplate.Validity validity =
        new CertificateTemplate.Validity(
            from, from.atOffset(ZoneOffset.UTC).plusYears(YEARS).toInstant());
    KeyPair rootKeys = Keys.generate(KeyType.EC256);
    X509Certificate root =
        CertificateTemplate.root(
            "v6cert " + owner + " " + LocalDate.ofInstant(now, ZoneOffset.UTC),
            rootKeys.getPublic(),
            rootKeys.getPrivate(),
            permitted,
            validity);
    KeyPair keys = Keys.generate(KeyType.EC256);
    X509Certificate intermediate =
        CertificateTemplate.intermediate(
            "v6cert local CA " + id(root),
            keys.getPublic(),
            root,
            rootKeys.getPrivate(),
            permitted,
            validity);
    return new LocalAuthority(root, intermediate, keys.getPrivate(), permitted);
  }

  /**
   * Signs a certificate.
   *
   * @return the certificate and the intermediate, as servers want them
   * @throws AcmeFailureException as {@code LocalAuthorityRefusal} when a subject is not permitted,
   *     or the clock is outside the root's lifetime
   */
  public List<X509Certificate> sign(PublicKey subject, List<Subject> subjects, Instant now)
      throws AcmeFailureException {
    check(subjects, now);
    Instant first = root.getNotBefore().toInstant();
    Instant last = intermediate.getNotAfter().toInstant();
    Instant from = now.minus(BACKDATED).truncatedTo(ChronoUnit.SECONDS);
    from = from.isBefore(first) ? first : from;
    Instant until = from.plus(LEAF_LIFETIME);
    until = until.isAfter(last) ? last : until;
    X509Certificate leaf =
        CertificateTemplate.leaf(
            subjects, subject, intermediate, key, new CertificateTemplate.Validity(from, until));
    return List.of(leaf, intermediate);
  }

  /**
   * Refuses what {@link #sign} would refuse.
   *
   * @throws AcmeFailureException as {@code LocalAuthorityRefusal}
   */
  public void check(List<Subject> subjects, Instant now) throws AcmeFailureException {
    check(permitted, subjects);
    Instant first = root.getNotBefore().toInstant();
    Instant last = intermediate.getNotAfter().toInstant();
    if (now.isBefore(first)) {
      throw new AcmeFailureException(new AcmeFailure.BeforeRoot(now, first));
    }
    if (!now.isBefore(last)) {
      throw new AcmeFailureException(new AcmeFailure.RootEnded(last));
    }
  }

  /**
   * Refuses subjects that are not permitted.
   *
   * @throws AcmeFailureException as {@code NotPrivate}
   */
  public static void check(NameConstraints permitted, List<Subject> subjects)
      throws AcmeFailureException {
    for (Subject subject : subjects) {
      Optional<String> refusal = permitted.refusal(subject);
      if (refusal.isPresent()) {
        throw new AcmeFailureException(new AcmeFailure.NotPrivate(subject, refusal.get()));
      }
    }
  }

  /** The first 64 bits of the root's SHA-256, in hexadecimal: its name in trust stores. */
  public String id() {
    return id(root);
  }

  private static String id(X509Certificate certificate) {
    return fingerprint(certificate).substring(0, 2 * ID_OCTETS);
  }

  /** The root's SHA-256 in hexadecimal. */
  public String fingerprint() {
    return fingerprint(root);
  }

  private static String fingerprint(X509Certificate certificate) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate without its encoding", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }
}
