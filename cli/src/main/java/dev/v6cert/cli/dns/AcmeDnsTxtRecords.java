package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.RecordProblem;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.dns.ChallengeRecord;
import dev.v6cert.acme.challenge.dns.TxtPlace;
import dev.v6cert.acme.challenge.dns.TxtRecords;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.dns.http.AcmeDnsClient;
import dev.v6cert.dns.http.AcmeDnsClient.Account;
import dev.v6cert.dns.http.AcmeDnsClient.FailedException;
import dev.v6cert.dns.lookup.Aliases;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * TXT records that an acme-dns server takes by its HTTP API. Each domain has an account there, and
 * a CNAME record that leads to the account's name: its owner sets that once, and nothing is ordered
 * before.
 *
 * @param plan the server, and the time that its zone's servers have to show the records
 * @param file the accounts
 * @param console where the progress is told, and the CNAME records to set
 */
public record AcmeDnsTxtRecords(TxtPlace.AcmeDns plan, Path file, Console console)
    implements TxtRecords {

  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(30);

  @Override
  public boolean here() {
    return false;
  }

  @Override
  public Zone open(Collection<ChallengeRecord> records, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    AcmeDnsClient client = new AcmeDnsClient(plan.server());
    AcmeDnsAccounts accounts = new AcmeDnsAccounts(file);
    Map<HostName, Account> all = new LinkedHashMap<>();
    for (ChallengeRecord record : records) {
      all.put(record.name(), account(record.domain(), client, accounts));
    }
    awaitAliases(all);
    return new Updated(client, all);
  }

  private Account account(HostName domain, AcmeDnsClient client, AcmeDnsAccounts accounts)
      throws AcmeFailureException {
    Optional<Account> known = accounts.find(domain);
    if (known.isPresent()) {
      checkServer(known.get(), domain, client);
      return known.get();
    }
    console.steps().begin("registering " + domain + " at " + host(client));
    try {
      Account account = client.register();
      HostName _ = target(account);
      accounts.keep(domain, account);
      console.steps().done("registered " + domain + " at " + host(client));
      return account;
    } catch (FailedException e) {
      console.steps().fail();
      throw AcmeDnsText.notRegistered(e, host(client));
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** The account of another server is not given up for a new one because of a typing error. */
  private void checkServer(Account account, HostName domain, AcmeDnsClient client)
      throws AcmeFailureException {
    String known = AcmeDnsClient.server(account.server());
    if (!known.isEmpty() && !known.equals(client.server())) {
      throw new AcmeFailureException(
          new AcmeFailure.RecordNotTaken(
              RecordProblem.CONFIGURATION,
              "the acme-dns account of " + domain + " is with another server",
              file + " has one with " + host(known),
              "use that one with --acme-dns, or take the entry of " + domain + " out of the file"));
    }
  }

  private static HostName target(Account account) throws AcmeFailureException {
    try {
      return HostName.of(account.fulldomain());
    } catch (IllegalArgumentException e) {
      throw new AcmeFailureException(
          new AcmeFailure.RecordNotTaken(
              RecordProblem.UNAVAILABLE,
              "the acme-dns server gives a name that is none",
              String.valueOf(e.getMessage()),
              "check the address of --acme-dns"),
          e);
    }
  }

  /**
   * Waits for the CNAME records where somebody watches, and gives up at once where nobody does.
   *
   * @throws AcmeFailureException when one is missing
   */
  private void awaitAliases(Map<HostName, Account> accounts) throws AcmeFailureException {
    long end = System.nanoTime() + (console.isAttended() ? LONGEST_WAIT.toNanos() : 0);
    boolean told = false;
    try {
      while (true) {
        console.steps().begin("asking the DNS for the CNAME records");
        List<String> missing = missing(accounts);
        if (missing.isEmpty()) {
          console.steps().done("the DNS leads to " + host(new AcmeDnsClient(plan.server())));
          return;
        }
        if (!told) {
          tell(missing);
          told = true;
        }
        if (System.nanoTime() >= end) {
          console.steps().fail();
          throw AcmeDnsText.aliasMissing(missing);
        }
        console.steps().begin("waiting for the CNAME record; Ctrl-C ends, the account is kept");
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void tell(List<String> missing) {
    console.steps().pause();
    if (!console.json()) {
      missing.forEach(console::result);
      console.flush();
    }
  }

  /** The records that are to be set, in the syntax of zone files. */
  private static List<String> missing(Map<HostName, Account> accounts)
      throws AcmeFailureException, InterruptedException {
    List<String> missing = new ArrayList<>();
    for (Map.Entry<HostName, Account> entry : accounts.entrySet()) {
      HostName target = target(entry.getValue());
      if (!leadsTo(target, entry.getKey())) {
        missing.add(entry.getKey() + ". CNAME " + target + ".");
      }
    }
    return missing;
  }

  private static boolean leadsTo(HostName target, HostName name) throws InterruptedException {
    try {
      return Aliases.end(name, Optional.empty()).equals(target);
    } catch (IOException e) {
      return false;
    }
  }

  private static AcmeFailureException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new AcmeFailureException(new AcmeFailure.Interrupted(), e);
  }

  /** The server in words, without a token that may be in its address. */
  private static String host(AcmeDnsClient client) {
    return host(client.server());
  }

  private static String host(String server) {
    return server.replaceFirst("^[^/]*//", "").replaceFirst("/.*", "");
  }

  /** The records of one order. The server drops older values by itself. */
  private final class Updated implements Zone {

    private final AcmeDnsClient client;
    private final Map<HostName, Account> accounts;
    private final Map<HostName, List<String>> values = new LinkedHashMap<>();

    Updated(AcmeDnsClient client, Map<HostName, Account> accounts) {
      this.client = client;
      this.accounts = accounts;
    }

    @Override
    public void add(ChallengeRecord record, String value) throws AcmeFailureException {
      HostName name = record.name();
      console.steps().begin("setting TXT " + name + " at " + host(client));
      try {
        client.update(Optional.ofNullable(accounts.get(name)).orElseThrow(), value);
      } catch (FailedException e) {
        console.steps().fail();
        throw AcmeDnsText.notSet(e, name, host(client), file);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      console.steps().done("set TXT " + name + " at " + host(client));
      values.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    @Override
    public void remove(ChallengeRecord record, String value) {}

    @Override
    public void settle() throws AcmeFailureException {
      new Propagation(plan.propagationLimit(), console).await(values);
    }

    @Override
    public void close() {}
  }
}
