package dev.v6cert.acme.localca.order;

import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/**
 * A certification request (RFC 2986) whose signature is good.
 *
 * @param key the key to certify
 * @param subjects the names in it, those of a common name too
 */
public record CertificateRequest(PublicKey key, Set<Subject> subjects) {

  private static final int MIN_RSA_BITS = 2048;
  private static final int MAX_RSA_BITS = 4096;
  private static final List<Integer> EC_BITS = List.of(256, 384);

  /** Copies the set. */
  public CertificateRequest {
    subjects = Set.copyOf(subjects);
  }

  /**
   * Reads and checks a request.
   *
   * @param text base64url of its DER
   */
  public static CertificateRequest read(String text) throws ProblemException {
    try {
      JcaPKCS10CertificationRequest request =
          new JcaPKCS10CertificationRequest(Base64.getUrlDecoder().decode(text));
      PublicKey key = request.getPublicKey();
      if (!isGood(key)) {
        throw refusal("its key is none of EC P-256, P-384, RSA of 2048 to 4096 bits");
      }
      if (!request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key))) {
        throw refusal("its signature is wrong");
      }
      return new CertificateRequest(key, subjects(request));
    } catch (IOException
        | GeneralSecurityException
        | OperatorCreationException
        | PKCSException
        | RuntimeException e) { // Bouncy Castle has many for what is no ASN.1.
      throw new ProblemException(ProblemType.BAD_CSR, "the CSR cannot be read", e);
    }
  }

  private static ProblemException refusal(String why) {
    return new ProblemException(ProblemType.BAD_CSR, "the CSR is refused: " + why);
  }

  private static boolean isGood(PublicKey key) {
    return switch (key) {
      case RSAPublicKey rsa ->
          rsa.getModulus().bitLength() >= MIN_RSA_BITS
              && rsa.getModulus().bitLength() <= MAX_RSA_BITS
              && rsa.getPublicExponent().bitLength() <= Integer.SIZE;
      case ECPublicKey ec -> EC_BITS.contains(ec.getParams().getOrder().bitLength());
      default -> false;
    };
  }

  private static Set<Subject> subjects(JcaPKCS10CertificationRequest request)
      throws IOException, ProblemException {
    Set<Subject> subjects = new HashSet<>();
    for (RDN name : request.getSubject().getRDNs(BCStyle.CN)) {
      String text = IETFUtils.valueToString(name.getFirst().getValue());
      subjects.add(Subject.parse(text));
    }
    Extensions extensions = request.getRequestedExtensions();
    Extension names =
        extensions == null ? null : extensions.getExtension(Extension.subjectAlternativeName);
    if (names != null) {
      for (GeneralName name : GeneralNames.getInstance(names.getParsedValue()).getNames()) {
        subjects.add(subject(name));
      }
    }
    return subjects;
  }

  private static Subject subject(GeneralName name) throws IOException, ProblemException {
    return switch (name.getTagNo()) {
      case GeneralName.dNSName -> new Subject.Dns(hostName(name));
      case GeneralName.iPAddress ->
          new Subject.Ip(
              IpAddress.from(
                  InetAddress.getByAddress(
                      ASN1OctetString.getInstance(name.getName()).getOctets())));
      default -> throw refusal("it has a name that is neither of the DNS nor an address");
    };
  }

  private static HostName hostName(GeneralName name) {
    return HostName.of(name.getName().toString());
  }

  /** Whether it is for this key. */
  public boolean isFor(PublicKey other) {
    return Arrays.equals(key.getEncoded(), other.getEncoded());
  }

  /** Refuses a request for other subjects than those of the order. */
  public void requireSubjects(List<Subject> ordered) throws ProblemException {
    if (!subjects.equals(new HashSet<>(ordered))) {
      List<String> asked = new ArrayList<>(subjects.stream().map(Subject::value).sorted().toList());
      throw refusal("it is for " + String.join(", ", asked) + ", and the order is not");
    }
  }
}
