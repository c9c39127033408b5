package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.RecordProblem;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.PendingChallenge;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import dev.v6cert.acme.challenge.dns.PersistentRecord;
import dev.v6cert.acme.challenge.dns.PersistentRecord.Lack;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.TimeText;
import dev.v6cert.dns.lookup.TxtLookup;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Answers DNS-PERSIST-01: each domain has a TXT record that names the account. Its owner sets it
 * once; nothing is ordered before every name server shows it.
 *
 * @param domains the names to be proven, and whether the wildcards below them are, too
 * @param console where the progress is told, and the records to set
 */
public record PersistentRecordSolver(Map<HostName, Boolean> domains, Console console)
    implements ChallengeSolver {

  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(30);

  /** Longer than the time between two renewals. */
  private static final Duration WARNED_BEFORE = Duration.ofDays(90);

  /** A solver for the subjects; those that have no TXT record are passed over. */
  public static PersistentRecordSolver of(Collection<Subject> subjects, Console console) {
    Map<HostName, Boolean> domains = new LinkedHashMap<>();
    for (Subject subject : subjects) {
      switch (subject) {
        case Subject.Dns dns -> domains.putIfAbsent(dns.name(), false);
        case Subject.Wildcard any -> domains.put(any.base(), true);
        case Subject.Ip _ -> {}
      }
    }
    return new PersistentRecordSolver(domains, console);
  }

  @Override
  public ChallengeType type() {
    return ChallengeType.DNS_PERSIST_01;
  }

  @Override
  public Responder start(ChallengeRequest.Listener listener) {
    throw new IllegalStateException("a record of no account is no answer");
  }

  @Override
  public Responder start(OrderContext order, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    Sought sought = new Sought(order.issuers(), order.account());
    if (sought.issuers().isEmpty()) {
      throw failure(
          RecordProblem.CONFIGURATION,
          "the CA does not tell its name, which stands in the record of dns-persist-01",
          "",
          "use --challenge dns-01");
    }
    try {
      await(sought);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AcmeFailureException(new AcmeFailure.Interrupted(), e);
    }
    return new Standing(sought);
  }

  /** The terms that a record has to meet. */
  record Sought(List<String> issuers, URI account) {

    /** The record as a line of a zone file. */
    String line(HostName domain, boolean wildcard) {
      return PersistentRecord.name(domain)
          + ". TXT \""
          + PersistentRecord.of(issuers.getFirst(), account, wildcard)
          + "\"";
    }

    private Optional<Lack> lack(PersistentRecord record, boolean wildcard) {
      return record.lack(issuers, account, wildcard, Instant.now());
    }
  }

  /**
   * Waits for the records where somebody watches, and gives up at once where nobody does.
   *
   * @throws AcmeFailureException when one is missing
   */
  private void await(Sought sought) throws AcmeFailureException, InterruptedException {
    long end = System.nanoTime() + (console.isAttended() ? LONGEST_WAIT.toNanos() : 0);
    boolean told = false;
    while (true) {
      console.steps().begin("asking the name servers for the records of this account");
      Map<HostName, String> missing = missing(sought);
      if (missing.isEmpty()) {
        console.steps().done("the name servers show the records of this account");
        return;
      }
      List<String> lines =
          missing.keySet().stream()
              .map(domain -> sought.line(domain, Boolean.TRUE.equals(domains.get(domain))))
              .toList();
      if (!told) {
        tell(lines);
        told = true;
      }
      if (System.nanoTime() >= end) {
        console.steps().fail();
        Map.Entry<HostName, String> first = missing.entrySet().iterator().next();
        throw failure(
            RecordProblem.NOT_YET,
            PersistentRecord.name(first.getKey()) + " " + first.getValue(),
            "set: " + String.join("; ", lines),
            "then run the same command again; the account is kept");
      }
      console.steps().begin("waiting for the TXT record; Ctrl-C ends, the account is kept");
      Thread.sleep(PAUSE);
    }
  }

  private void tell(List<String> lines) {
    console.steps().pause();
    if (!console.json()) {
      lines.forEach(console::result);
      console.flush();
    }
  }

  /** The domains whose record does not permit the order, each with the reason as a clause. */
  private Map<HostName, String> missing(Sought sought) throws InterruptedException {
    Map<HostName, String> missing = new LinkedHashMap<>();
    for (Map.Entry<HostName, Boolean> entry : domains.entrySet()) {
      look(entry.getKey(), entry.getValue(), sought)
          .ifPresent(reason -> missing.put(entry.getKey(), reason));
    }
    return missing;
  }

  /** Looks at every name server; the reason is that of the first whose record does not do. */
  private Optional<String> look(HostName domain, boolean wildcard, Sought sought)
      throws InterruptedException {
    HostName name = PersistentRecord.name(domain);
    List<TxtLookup.Shown> all;
    try {
      all = TxtLookup.of(name, Optional.empty()).look();
    } catch (IOException e) {
      return Optional.of("is not found yet: " + e.getMessage());
    }
    List<String> silent = new ArrayList<>();
    Optional<Instant> until = Optional.empty();
    for (TxtLookup.Shown shown : all) {
      String server = shown.server() + " (" + IpAddress.from(shown.address()) + ")";
      if (shown.fault().isPresent()) {
        if (!shown.fault().get().silent()) {
          return Optional.of("is not shown by " + server + ": " + shown.fault().get().text());
        }
        silent.add(server);
        continue;
      }
      List<PersistentRecord> records =
          shown.values().stream().map(PersistentRecord::read).flatMap(Optional::stream).toList();
      Optional<PersistentRecord> good =
          records.stream().filter(one -> sought.lack(one, wildcard).isEmpty()).findFirst();
      if (good.isEmpty()) {
        return Optional.of(
            reason(records.stream().flatMap(one -> sought.lack(one, wildcard).stream()), server));
      }
      until = Stream.concat(until.stream(), good.get().until().stream()).min(Instant::compareTo);
    }
    if (silent.size() == all.size()) {
      return Optional.of("is not shown: no name server answers");
    }
    silent.forEach(server -> console.steps().note("passed over " + server));
    until.ifPresent(end -> warnBeforeEnd(name, end));
    return Optional.empty();
  }

  private void warnBeforeEnd(HostName name, Instant end) {
    if (end.isBefore(Instant.now().plus(WARNED_BEFORE))) {
      console.warn(
          name
              + " permits this account until "
              + TimeText.of(end)
              + " only: set a later persistUntil, or none");
    }
  }

  private static String reason(Stream<Lack> lacks, String server) {
    return switch (lacks.max(Lack::compareTo).orElse(Lack.OTHER_ISSUER)) {
      case OTHER_ISSUER -> "does not permit this account yet at " + server;
      case OTHER_ACCOUNT -> "permits another account at " + server;
      case ENDED -> "has ended at " + server + " (persistUntil)";
      case NO_WILDCARD -> "permits no wildcard at " + server;
    };
  }

  private static AcmeFailureException failure(
      RecordProblem problem, String fault, String detail, String advice) {
    return new AcmeFailureException(new AcmeFailure.RecordNotTaken(problem, fault, detail, advice));
  }

  /** Waits for the authority; the records are there. */
  record Standing(Sought sought) implements Responder {

    @Override
    public ChallengeType type() {
      return ChallengeType.DNS_PERSIST_01;
    }

    @Override
    public ValidationTarget target(Subject subject) {
      return new ValidationTarget.TxtRecord(false);
    }

    /** Refuses an account that is not ours: a record for it would let somebody else in. */
    @Override
    public PresentedAnswer present(PendingChallenge challenge) throws AcmeFailureException {
      PendingChallenge.Terms terms = challenge.terms().orElseThrow();
      Optional<URI> foreign = terms.account().filter(other -> !other.equals(sought.account()));
      if (foreign.isPresent()) {
        throw failure(
            RecordProblem.NOT_PERMITTED,
            "the CA looks for a record of the account " + foreign.get() + ", which is not ours",
            "ours is " + sought.account(),
            "do not set a record for it; use --challenge dns-01");
      }
      if (terms.issuers().stream().noneMatch(sought.issuers()::contains)) {
        throw failure(
            RecordProblem.CONFIGURATION,
            "the CA looks for a record with " + String.join(", ", terms.issuers()),
            "its directory has " + String.join(", ", sought.issuers()),
            "use --challenge dns-01");
      }
      return () -> {};
    }

    @Override
    public List<InetSocketAddress> addresses() {
      return List.of();
    }

    @Override
    public List<ChallengeRequest> requests() {
      return List.of();
    }

    @Override
    public void close() {}
  }
}
