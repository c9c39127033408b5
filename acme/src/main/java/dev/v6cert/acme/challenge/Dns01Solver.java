package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Reach;
import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.name.HostName;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * Answers DNS-01 (RFC 8555 section 8.4): the digest of the key authorization in a TXT record.
 *
 * @param records the place where the records are published
 */
public record Dns01Solver(TxtRecords records) implements ChallengeSolver {

  private static final String LABEL = "_acme-challenge";

  /** The name of the record that proves control of a name, and of the wildcard below it. */
  public static HostName recordOf(HostName name) {
    return name.under(LABEL);
  }

  @Override
  public ChallengeType type() {
    return ChallengeType.DNS_01;
  }

  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    TxtRecords.Zone zone = records.open(listener);
    // Another process of this machine may answer: then no query is seen here.
    return new Publishing(zone, records.here() && !zone.addresses().isEmpty());
  }

  private record Publishing(TxtRecords.Zone zone, boolean here) implements Responder {

    @Override
    public ChallengeType type() {
      return ChallengeType.DNS_01;
    }

    @Override
    public Reach reach(Subject subject) {
      return new Reach.TxtRecord(here);
    }

    @Override
    public Presentation present(PendingChallenge challenge) throws AcmeFailureException {
      HostName name =
          switch (challenge.subject()) {
            case Subject.Dns dns -> recordOf(dns.name());
            case Subject.Wildcard any -> recordOf(any.base());
            case Subject.Ip ip -> throw new IllegalArgumentException(ip + " has no TXT record");
          };
      String value = digest(challenge.keyAuthorization());
      zone.add(name, value);
      return () -> zone.remove(name, value);
    }

    @Override
    public void settle() throws AcmeFailureException {
      zone.settle();
    }

    @Override
    public List<InetSocketAddress> addresses() {
      return zone.addresses();
    }

    @Override
    public List<ChallengeRequest> requests() {
      return zone.requests();
    }

    @Override
    public void close() {
      zone.close();
    }
  }

  private static String digest(String keyAuthorization) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(keyAuthorization.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
