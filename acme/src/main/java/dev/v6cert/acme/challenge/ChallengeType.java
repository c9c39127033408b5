package dev.v6cert.acme.challenge;

import dev.v6cert.ipv6.IpProtocol;
import java.util.List;
import java.util.Optional;

/** The types of challenge that this program answers. */
public enum ChallengeType {
  /** A token in a file, asked for by HTTP (RFC 8555 section 8.3). */
  HTTP_01("http-01", 80),
  /** A token in a certificate, asked for by TLS (RFC 8737; for addresses RFC 8738 section 6). */
  TLS_ALPN_01("tls-alpn-01", 443),
  /** The digest of a token in a TXT record (RFC 8555 section 8.4). */
  DNS_01("dns-01", 53),
  /** The same at a name of the account's own (draft-ietf-acme-dns-account-label). */
  DNS_ACCOUNT_01("dns-account-01", 53),
  /** A TXT record that names the account and stays (draft-ietf-acme-dns-persist). */
  DNS_PERSIST_01("dns-persist-01", 53);

  /** Those that are answered on a port of the machine which the subject leads to. */
  public static final List<ChallengeType> ON_A_PORT = List.of(HTTP_01, TLS_ALPN_01);

  private final String id;
  private final int port;

  ChallengeType(String id, int port) {
    this.id = id;
    this.port = port;
  }

  /** The type of the name in IANA's registry; empty for others. */
  public static Optional<ChallengeType> of(String id) {
    for (ChallengeType type : values()) {
      if (type.id.equals(id)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Whether a TXT record is the answer; wildcards are proven in no other way. */
  public boolean isByTxt() {
    return port == DNS_01.port;
  }

  /** The protocols that the authority, or for TXT records its resolver, comes in by. */
  public List<IpProtocol> transports() {
    return isByTxt() ? List.of(IpProtocol.UDP, IpProtocol.TCP) : List.of(IpProtocol.TCP);
  }

  /** The name in IANA's registry of ACME validation methods. */
  public String id() {
    return id;
  }

  /** The port that authorities connect to; for TXT records that of the name servers. */
  public int port() {
    return port;
  }
}
