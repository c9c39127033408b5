package dev.v6cert.acme.account;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.client.AuthoritySession;
import dev.v6cert.acme.client.Deadline;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.base.Ticker;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.exception.AcmeServerException;

/** The operations on one of our accounts at its authority (RFC 8555 section 7.3). */
public final class AccountOperations {

  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final StateLock lock;
  private final CertificateAuthority ca;
  private final AccountName name;
  private final IssuanceEvent.Listener listener;

  /** Operations on the account of the name with the authority. */
  public AccountOperations(
      StateLock lock, CertificateAuthority ca, AccountName name, IssuanceEvent.Listener listener) {
    this.lock = lock;
    this.ca = ca;
    this.name = name;
    this.listener = listener;
  }

  /** The account as the authority has it. */
  public Details details() throws AcmeFailureException {
    return with((authority, store, account) -> details(authority, account));
  }

  /** Gives the authority one address to write to, in place of those it had. */
  public Details update(String email) throws AcmeFailureException {
    return with((authority, store, account) -> {
      authority.run(
          Step.ACCOUNT,
          () -> {
            Account.EditableAccount editable = account.modify();
            editable.getContacts().clear();
            editable.addEmail(email).commit();
          });
      return details(authority, account);
    });
  }

  /**
   * Gives the account a new key (section 7.3.5). It is on disk before the authority hears of it;
   * whenever a run is killed, the next one asks the authority which key it goes by.
   */
  public Details rollOver() throws AcmeFailureException {
    return with((authority, store, account) -> {
      KeyPair next = Keys.generate(KeyType.EC256);
      store.storeNextKey(next);
      try {
        authority.run(Step.ACCOUNT, () -> account.changeKey(next));
      } catch (AcmeFailureException e) {
        boolean unsupported =
            e.failure() instanceof AcmeFailure.Unsupported
                || (e.failure() instanceof AcmeFailure.Unavailable fault
                    && fault.status() == HttpURLConnection.HTTP_NOT_IMPLEMENTED);
        if (unsupported) {
          store.dropNextKey();
          throw new AcmeFailureException(
              new AcmeFailure.Unsupported(ca.directory(), "change of an account's key"), e);
        }
        throw e;
      }
      store.takeNextKey();
      return details(authority, account);
    });
  }

  /** Ends the account for good (section 7.3.6), and forgets it here. Certificates stay valid. */
  public void deactivate() throws AcmeFailureException {
    boolean _ =
        with((authority, store, account) -> {
          boolean again = store.find().filter(AccountStore.StoredAccount::leaving).isPresent();
          store.storeLeaving();
          authority.run(
              Step.ACCOUNT,
              () -> {
                try {
                  account.deactivate();
                } catch (AcmeServerException e) {
                  // It was, by a run that was killed before it could forget the account.
                  if (!again || !e.getType().toString().endsWith(":unauthorized")) {
                    throw e;
                  }
                }
              });
          store.delete();
          return true;
        });
  }

  private interface Work<T> {
    T on(AuthoritySession authority, AccountStore store, Account account)
        throws AcmeFailureException;
  }

  private <T> T with(Work<T> work) throws AcmeFailureException {
    AccountStore store = new AccountStore(lock, ca, name);
    Deadline deadline = new Deadline(Ticker.SYSTEM, LIMIT);
    try (AuthoritySession authority =
        AuthoritySession.open(ca, deadline, Clock.systemUTC(), listener)) {
      Registration none = Registration.agreeing(terms -> false);
      Account account = new Accounts(authority, store, none, listener).existing().getAccount();
      return work.on(authority, store, account);
    }
  }

  private static Details details(AuthoritySession authority, Account account)
      throws AcmeFailureException {
    return authority.call(
        Step.ACCOUNT,
        () -> {
          account.fetch();
          return new Details(
              URI.create(account.getLocation().toString()),
              account.getStatus().name().toLowerCase(Locale.ROOT),
              account.getContacts());
        });
  }

  /**
   * An account as its authority has it (RFC 8555 section 7.1.2).
   *
   * @param url where it is
   * @param status {@code valid}, {@code deactivated} or {@code revoked}
   * @param contacts where the authority may write to; many authorities keep none
   */
  public record Details(URI url, String status, List<URI> contacts) {

    /** Copies the contacts. */
    public Details {
      contacts = List.copyOf(contacts);
    }
  }
}
