package dev.v6cert.cli.check;

import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.terminal.SocketText;
import dev.v6cert.dns.lookup.CaaRecords;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Whether CAA records let the CA sign.
 *
 * @param identities the CA's domains; empty where it told none
 * @param account the account that will ask; empty where there is none yet
 * @param method the type of challenge
 * @param wildcard whether the names below are certified, too
 * @param resolver who is asked; empty for the system's resolvers
 */
public record CaaCheck(
    List<String> identities,
    Optional<String> account,
    String method,
    boolean wildcard,
    Optional<InetSocketAddress> resolver) {

  private static final String CHECK = "caa";
  private static final String NEXT = "use another --zone or --ca, or correct the CAA record";

  /** Looks up what holds for the name. */
  public Finding of(HostName name) throws InterruptedException {
    try {
      return of(name, CaaRecords.of(name, resolver));
    } catch (InterruptedIOException e) {
      throw (InterruptedException) new InterruptedException(e.getMessage()).initCause(e);
    } catch (IOException e) {
      if (resolver.isPresent()) {
        return Finding.fail(
            CHECK,
            "the resolver " + SocketText.of(resolver.get()) + " does not answer: " + e.getMessage(),
            "correct --resolver, or leave it out",
            ExitStatus.UNAVAILABLE);
      }
      return Finding.warn(
          CHECK,
          "the CAA records of " + name + " cannot be looked up: " + e.getMessage(),
          "check the zone and the resolver: a CA that cannot look them up does not sign");
    }
  }

  private Finding of(HostName name, CaaRecords records) {
    if (records.owner().isEmpty()) {
      return Finding.ok(CHECK, "no CAA record limits who may sign " + name);
    }
    String where = "the CAA record of " + records.owner().get();
    if (identities.isEmpty()) {
      return Finding.warn(
          CHECK, where + " limits who may sign, and the CA does not say what it is called", NEXT);
    }
    CaaRecords.Verdict ofName = records.verdict(identities, account, method, false);
    boolean onlyName = wildcard && ofName instanceof CaaRecords.Verdict.Allowed;
    return switch (onlyName ? records.verdict(identities, account, method, true) : ofName) {
      case CaaRecords.Verdict.Allowed _ -> Finding.ok(CHECK, where + " lets this CA sign");
      case CaaRecords.Verdict.OtherIssuers others ->
          forbidden(
              where
                  + (others.issuers().isEmpty()
                      ? " lets nobody sign"
                      : " lets only " + String.join(", ", others.issuers()) + " sign"));
      case CaaRecords.Verdict.OtherMethods methods ->
          forbidden(where + " wants validation by " + methods.methods() + ", not " + method);
      case CaaRecords.Verdict.UnknownCritical critical ->
          forbidden(where + " has the critical property \"" + critical.tag() + "\"");
      case CaaRecords.Verdict.OtherAccount other when account.isEmpty() ->
          Finding.warn(
              CHECK,
              where + " lets only the account " + other.account() + " ask",
              "there is no account in the state directory yet; the new one has to be put there");
      case CaaRecords.Verdict.OtherAccount other ->
          forbidden(
              where
                  + " lets only the account "
                  + other.account()
                  + " ask, not "
                  + account.orElseThrow());
    };
  }

  private static Finding forbidden(String text) {
    return Finding.fail(CHECK, text, NEXT, ExitStatus.REFUSED);
  }
}
