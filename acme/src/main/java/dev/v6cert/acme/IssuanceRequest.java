package dev.v6cert.acme;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * One certificate to be issued; all of it is stored with the lineage, for the renewals.
 *
 * @param lineage the lineage that the certificate goes into
 * @param subjects what it is for, at least one, no two alike
 * @param authority who signs
 * @param account which of our accounts with it orders
 * @param key what its key is like
 * @param profile the authority's certificate profile; empty for its default, which for addresses is
 *     {@code shortlived} where it is offered
 * @param preferredChain the common name of an issuer, the root for one, that the chain is to lead
 *     to where the authority has several; empty for the authority's own choice
 */
public record IssuanceRequest(
    LineageName lineage,
    List<Subject> subjects,
    CertificateAuthority authority,
    AccountName account,
    KeyPolicy key,
    Optional<String> profile,
    Optional<String> preferredChain) {

  /**
   * Checks the subjects.
   *
   * @throws IllegalArgumentException when there are none, or one twice
   */
  public IssuanceRequest {
    subjects = List.copyOf(subjects);
    if (subjects.isEmpty()) {
      throw new IllegalArgumentException("a certificate needs at least one subject");
    }
    if (new HashSet<>(subjects).size() != subjects.size()) {
      throw new IllegalArgumentException("a subject is named twice: " + subjects);
    }
  }

  /** A request with an EC P-256 key, new at each renewal, and the authority's default profile. */
  public static IssuanceRequest of(
      LineageName lineage, List<Subject> subjects, CertificateAuthority authority) {
    return new IssuanceRequest(
        lineage,
        subjects,
        authority,
        AccountName.DEFAULT,
        KeyPolicy.DEFAULT,
        Optional.empty(),
        Optional.empty());
  }

  /** This request for other subjects. */
  public IssuanceRequest with(List<Subject> others) {
    return new IssuanceRequest(lineage, others, authority, account, key, profile, preferredChain);
  }

  /** This request with another authority. */
  public IssuanceRequest with(CertificateAuthority other) {
    return new IssuanceRequest(lineage, subjects, other, account, key, profile, preferredChain);
  }

  /** This request with another key. */
  public IssuanceRequest with(KeyPolicy other) {
    return new IssuanceRequest(
        lineage, subjects, authority, account, other, profile, preferredChain);
  }

  /** This request with another profile; empty for the authority's default. */
  public IssuanceRequest with(Optional<String> otherProfile) {
    return new IssuanceRequest(
        lineage, subjects, authority, account, key, otherProfile, preferredChain);
  }

  /** This request for another lineage. */
  public IssuanceRequest in(LineageName other) {
    return new IssuanceRequest(other, subjects, authority, account, key, profile, preferredChain);
  }

  /** This request by another of our accounts. */
  public IssuanceRequest by(AccountName other) {
    return new IssuanceRequest(lineage, subjects, authority, other, key, profile, preferredChain);
  }

  /** This request with a chain that leads to the issuer. */
  public IssuanceRequest leadingTo(String issuer) {
    return new IssuanceRequest(
        lineage, subjects, authority, account, key, profile, Optional.of(issuer));
  }
}
