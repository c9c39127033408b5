package dev.v6cert.acme.challenge.dns;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.PendingChallenge;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import dev.v6cert.ipv6.name.HostName;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/**
 * Answers DNS-01 (RFC 8555 section 8.4) and DNS-ACCOUNT-01, which differ in the name of the record:
 * the digest of the key authorization in a TXT record.
 *
 * @param type one of the two
 * @param domains the names to be proven; of a wildcard the one below which it is
 * @param records the place where the records are published
 */
public record Dns01Solver(ChallengeType type, Collection<HostName> domains, TxtRecords records)
    implements ChallengeSolver {

  /** Copies the names. */
  public Dns01Solver {
    domains = List.copyOf(domains);
  }

  /** Gets ready as far as that is possible without an account. */
  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    return start(ChallengeRecord::dns01, listener);
  }

  @Override
  public Responder start(OrderContext order, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    if (type == ChallengeType.DNS_01) {
      return start(listener);
    }
    URI url = order.account();
    return start(domain -> ChallengeRecord.dnsAccount01(domain, url), listener);
  }

  private Responder start(
      Function<HostName, ChallengeRecord> naming, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    TxtRecords.Zone zone = records.open(domains.stream().map(naming).toList(), listener);
    // Another process of this machine may answer: then no query is seen here.
    return new Publishing(type, naming, zone, records.here() && !zone.addresses().isEmpty());
  }

  private record Publishing(
      ChallengeType type,
      Function<HostName, ChallengeRecord> naming,
      TxtRecords.Zone zone,
      boolean here)
      implements Responder {

    @Override
    public ValidationTarget target(Subject subject) {
      return new ValidationTarget.TxtRecord(here);
    }

    @Override
    public PresentedAnswer present(PendingChallenge challenge) throws AcmeFailureException {
      HostName domain =
          switch (challenge.subject()) {
            case Subject.Dns dns -> dns.name();
            case Subject.Wildcard any -> any.base();
            case Subject.Ip ip -> throw new IllegalArgumentException(ip + " has no TXT record");
          };
      ChallengeRecord record = naming.apply(domain);
      String value =
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(ChallengeRecord.sha256(challenge.keyAuthorization()));
      zone.add(record, value);
      return () -> zone.remove(record, value);
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
}
