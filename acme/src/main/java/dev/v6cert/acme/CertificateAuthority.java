package dev.v6cert.acme;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A certificate authority that speaks ACME (RFC 8555).
 *
 * @param id a known authority's short name, or the directory URI of any other
 * @param directory the {@code https} address of its directory
 * @param roots a PEM file with the only certificates trusted for its HTTPS; empty for the JDK's own
 */
public record CertificateAuthority(String id, URI directory, Optional<Path> roots) {

  /** Let's Encrypt. */
  public static final CertificateAuthority LETS_ENCRYPT =
      known("letsencrypt", "https://acme-v02.api.letsencrypt.org/directory");

  /** Let's Encrypt's test environment: generous limits, certificates that nobody trusts. */
  public static final CertificateAuthority LETS_ENCRYPT_STAGING =
      known("letsencrypt-staging", "https://acme-staging-v02.api.letsencrypt.org/directory");

  /** ZeroSSL; wants an external account. */
  public static final CertificateAuthority ZEROSSL =
      known("zerossl", "https://acme.zerossl.com/v2/DV90");

  /** Google Trust Services; wants an external account. */
  public static final CertificateAuthority GOOGLE =
      known("google", "https://dv.acme-v02.api.pki.goog/directory");

  /**
   * The authority of this machine itself, which signs private names only and is asked nothing over
   * the network. The name of its directory leads nowhere (RFC 6761 section 6.4).
   */
  public static final CertificateAuthority LOCAL =
      known("local", "https://local-ca.v6cert.invalid/");

  private static final List<CertificateAuthority> KNOWN =
      List.of(LETS_ENCRYPT, LETS_ENCRYPT_STAGING, ZEROSSL, GOOGLE);

  /**
   * Checks the address.
   *
   * @throws IllegalArgumentException when the directory is no absolute {@code https} URI
   */
  public CertificateAuthority {
    if (!"https".equalsIgnoreCase(directory.getScheme()) || directory.getHost() == null) {
      throw new IllegalArgumentException("\"" + directory + "\" is not an https:// address");
    }
  }

  /**
   * The authority of the given short name or {@code https} directory URI.
   *
   * @throws IllegalArgumentException when it is neither
   */
  public static CertificateAuthority of(String nameOrUri) {
    if (nameOrUri.equalsIgnoreCase(LOCAL.id)) {
      return LOCAL;
    }
    for (CertificateAuthority authority : KNOWN) {
      if (authority.id.equals(nameOrUri.toLowerCase(Locale.ROOT))
          || authority.directory.toString().equals(nameOrUri)) {
        return authority;
      }
    }
    if (!nameOrUri.contains("://")) {
      throw new IllegalArgumentException(
          "\""
              + nameOrUri
              + "\" is not a known authority ("
              + String.join(", ", KNOWN.stream().map(CertificateAuthority::id).toList())
              + ", local) or an https:// directory");
    }
    return new CertificateAuthority(nameOrUri, uri(nameOrUri), Optional.empty());
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      String why =
          text.substring(text.indexOf("://") + 3).isEmpty() ? "it names no host" : e.getReason();
      throw new IllegalArgumentException(
          why + "; write it as https://ca.example/acme/directory", e);
    }
  }

  /** The authorities on the network that are known by name. */
  public static List<CertificateAuthority> known() {
    return KNOWN;
  }

  /** Whether this is one of {@link #known()}, by its directory. */
  public boolean isKnown() {
    for (CertificateAuthority authority : KNOWN) {
      if (authority.directory.equals(directory)) {
        return true;
      }
    }
    return false;
  }

  /** This authority, its HTTPS trusted only through the certificates in the PEM file. */
  public CertificateAuthority trusting(Path pem) {
    return new CertificateAuthority(id, directory, Optional.of(pem.toAbsolutePath().normalize()));
  }

  /** Whether this is Let's Encrypt, or its test environment. */
  public boolean isLetsEncrypt() {
    return directory.equals(LETS_ENCRYPT.directory)
        || directory.equals(LETS_ENCRYPT_STAGING.directory);
  }

  /** Whether this is the authority of this machine itself. */
  public boolean isLocal() {
    return directory.equals(LOCAL.directory);
  }

  /**
   * Whether its certificates are listed in public (RFC 9162), as far as is known here: those of CAs
   * that browsers trust are, those of a test environment or of a CA with roots of its own are not.
   */
  public boolean publishes() {
    return !isLocal() && !directory.equals(LETS_ENCRYPT_STAGING.directory) && roots.isEmpty();
  }

  /**
   * The authority for rehearsing an issuance: the test environment of this authority, else itself.
   */
  public CertificateAuthority rehearsal() {
    return directory.equals(LETS_ENCRYPT.directory) ? LETS_ENCRYPT_STAGING : this;
  }

  private static CertificateAuthority known(String id, String directory) {
    return new CertificateAuthority(id, URI.create(directory), Optional.empty());
  }
}
