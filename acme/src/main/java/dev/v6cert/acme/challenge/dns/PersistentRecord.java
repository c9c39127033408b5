package dev.v6cert.acme.challenge.dns;

import dev.v6cert.ipv6.name.HostName;
import java.net.URI;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The value of a TXT record by which a domain permits an account for good
 * (draft-ietf-acme-dns-persist-01, in the syntax of RFC 8659 section 4.2).
 *
 * @param issuer the name of the authority
 * @param account the address of the account, to the letter
 * @param wildcard whether it permits wildcards
 * @param until the instant at which it ends
 */
public record PersistentRecord(
    String issuer, String account, boolean wildcard, Optional<Instant> until) {

  private static final String LABEL = "_validation-persist";
  private static final String ACCOUNT = "accounturi";
  private static final String POLICY = "policy";
  private static final String WILDCARD = "wildcard";
  private static final String UNTIL = "persistuntil";

  /** The reasons for which a value does not permit an order. */
  public enum Lack {
    /** It is of another authority, or no such value. */
    OTHER_ISSUER,
    OTHER_ACCOUNT,
    ENDED,
    NO_WILDCARD
  }

  /** The name of the record, for the domain and the wildcard below it. */
  public static HostName name(HostName domain) {
    return domain.under(LABEL);
  }

  /** The record without an end. */
  public static PersistentRecord of(String issuer, URI account, boolean wildcard) {
    return new PersistentRecord(issuer, account.toString(), wildcard, Optional.empty());
  }

  /** The value read; empty where it is none or an authority would refuse it. */
  public static Optional<PersistentRecord> read(String value) {
    String[] parts = value.split(";", -1);
    String issuer = trim(parts[0]);
    String account = "";
    boolean wildcard = false;
    Optional<Instant> until = Optional.empty();
    Set<String> seen = new HashSet<>();
    for (String part : List.of(parts).subList(1, parts.length)) {
      String[] pair = part.split("=", 2);
      String tag = trim(pair[0]).toLowerCase(Locale.ROOT);
      String text = trim(pair.length == 2 ? pair[1] : " ");
      if (pair.length < 2 || !seen.add(tag) || !text.matches("[!-:<-~]*")) {
        return Optional.empty();
      }
      switch (tag) {
        case ACCOUNT -> account = text;
        case POLICY -> wildcard = text.equalsIgnoreCase(WILDCARD);
        case UNTIL -> {
          if (!text.matches("[0-9]{1,11}")) {
            return Optional.empty();
          }
          until = Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
        }
        default -> {} // Unknown ones are passed over.
      }
    }
    return issuer.isEmpty() || account.isEmpty()
        ? Optional.empty()
        : Optional.of(new PersistentRecord(issuer, account, wildcard, until));
  }

  private static String trim(String text) {
    return text.replaceAll("^[ \\t]+|[ \\t]+$", "");
  }

  /** The reason for which it does not permit the account; empty where it does. */
  public Optional<Lack> lack(List<String> issuers, URI of, boolean withWildcard, Instant now) {
    if (!issuers.contains(issuer)) {
      return Optional.of(Lack.OTHER_ISSUER);
    }
    if (!account.equals(of.toString())) {
      return Optional.of(Lack.OTHER_ACCOUNT);
    }
    if (until.filter(now::isAfter).isPresent()) {
      return Optional.of(Lack.ENDED);
    }
    return withWildcard && !wildcard ? Optional.of(Lack.NO_WILDCARD) : Optional.empty();
  }

  /** The value. */
  @Override
  public String toString() {
    return issuer
        + "; "
        + ACCOUNT
        + "="
        + account
        + (wildcard ? "; " + POLICY + "=" + WILDCARD : "")
        + until.map(end -> "; persistUntil=" + end.getEpochSecond()).orElse("");
  }
}
