package dev.v6cert.acme.challenge.dns;

import dev.v6cert.ipv6.name.HostName;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The TXT record that proves control of a domain, and of the wildcard below it.
 *
 * @param domain the domain
 * @param name the owner name of the record
 */
public record ChallengeRecord(HostName domain, HostName name) {

  private static final String LABEL = "_acme-challenge";

  /** The number of octets of the account's digest that are in its label. */
  private static final int LABEL_OCTETS = 10;

  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";
  private static final int BITS = 5;
  private static final int MASK = (1 << BITS) - 1;

  /** The record of DNS-01 (RFC 8555 section 8.4). */
  public static ChallengeRecord dns01(HostName domain) {
    return new ChallengeRecord(domain, zone(domain));
  }

  /**
   * The record of DNS-ACCOUNT-01: each account has one of its own.
   *
   * @param account the address of the account
   */
  public static ChallengeRecord dnsAccount01(HostName domain, URI account) {
    return new ChallengeRecord(domain, zone(domain).under("_" + label(account)));
  }

  /** The name that the records of a domain are at or below. Magic zones delegate it. */
  public static HostName zone(HostName domain) {
    return domain.under(LABEL);
  }

  /** The name that this record is at or below. */
  public HostName zone() {
    return zone(domain);
  }

  /** The start of the digest of the account's address, in lower-case base32 (RFC 4648). */
  private static String label(URI account) {
    byte[] digest = sha256(account.toString());
    StringBuilder label = new StringBuilder();
    int held = 0;
    int bits = 0;
    for (int i = 0; i < LABEL_OCTETS; i++) {
      held = held << Byte.SIZE | Byte.toUnsignedInt(digest[i]);
      bits += Byte.SIZE;
      while (bits >= BITS) {
        bits -= BITS;
        label.append(BASE32.charAt(held >> bits & MASK));
      }
    }
    return label.toString();
  }

  /** The SHA-256 digest of a text in ASCII. */
  static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
