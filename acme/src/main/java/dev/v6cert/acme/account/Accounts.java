package dev.v6cert.acme.account;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.account.AccountStore.StoredAccount;
import dev.v6cert.acme.client.AuthoritySession;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.security.KeyPair;
import java.util.Optional;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.exception.AcmeServerException;

/** Finds our account with an authority, or opens one. */
public final class Accounts {

  private final AuthoritySession authority;
  private final AccountStore store;
  private final Registration registration;
  private final IssuanceEvent.Listener listener;

  public Accounts(
      AuthoritySession authority,
      AccountStore store,
      Registration registration,
      IssuanceEvent.Listener listener) {
    this.authority = authority;
    this.store = store;
    this.registration = registration;
    this.listener = listener;
  }

  /** The stored account; else the one that the authority has for our key; else a new one. */
  public Login login() throws AcmeFailureException {
    settleRollOver();
    Optional<StoredAccount> stored = store.find();
    return stored.isPresent() && stored.get().url().isPresent()
        ? bind(stored.get().url().get(), stored.get().keys())
        : loginAnew();
  }

  /** For when the authority no longer knows the account where we remember it. */
  public Login loginAnew() throws AcmeFailureException {
    Optional<StoredAccount> stored = store.find();
    if (stored.isEmpty()) {
      return open(newKey());
    }
    Optional<Login> known = known(stored.get().keys());
    return known.isPresent() ? known.get() : open(stored.get().keys());
  }

  /**
   * The account that there is; none is opened.
   *
   * @throws AcmeFailureException as {@code NoAccount}
   */
  public Login existing() throws AcmeFailureException {
    settleRollOver();
    Optional<StoredAccount> stored = store.find();
    if (stored.isPresent() && stored.get().url().isPresent()) {
      return bind(stored.get().url().get(), stored.get().keys());
    }
    Optional<Login> login = stored.isPresent() ? known(stored.get().keys()) : Optional.empty();
    return login.orElseThrow(() ->
        new AcmeFailureException(new AcmeFailure.NoAccount(authority.authority().directory())));
  }

  /**
   * Finishes a roll-over that a killed run left: the authority knows the account by the one key or
   * by the other.
   */
  private void settleRollOver() throws AcmeFailureException {
    Optional<KeyPair> next = store.nextKey();
    if (next.isEmpty()) {
      return;
    }
    Optional<StoredAccount> stored = store.find();
    if (lookUp(next.get()).isPresent()) {
      store.takeNextKey();
    } else if (stored.isPresent() && lookUp(stored.get().keys()).isPresent()) {
      store.dropNextKey();
    }
  }

  private Login bind(URI url, KeyPair keys) throws AcmeFailureException {
    Login login =
        authority.call(
            Step.ACCOUNT,
            () -> {
              try {
                return authority.session().login(url.toURL(), keys);
              } catch (MalformedURLException e) {
                throw new IOException(e);
              }
            });
    listener.on(new IssuanceEvent.AccountFound(url));
    return login;
  }

  private KeyPair newKey() throws AcmeFailureException {
    KeyPair keys = Keys.generate(KeyType.EC256);
    store.storeKey(keys);
    return keys;
  }

  /** The account that the authority has for the key, its place remembered. */
  private Optional<Login> known(KeyPair keys) throws AcmeFailureException {
    Optional<Login> known = lookUp(keys);
    if (known.isPresent()) {
      store.storeUrl(url(known.get()));
      listener.on(new IssuanceEvent.AccountFound(url(known.get())));
    }
    return known;
  }

  private Optional<Login> lookUp(KeyPair keys) throws AcmeFailureException {
    return authority.call(
        Step.ACCOUNT,
        () -> {
          try {
            AccountBuilder builder = new AccountBuilder().useKeyPair(keys).onlyExisting();
            return Optional.of(builder.createLogin(authority.session()));
          } catch (AcmeServerException e) {
            if (isUnknown(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /** The address of the account of a login. */
  public static URI url(Login login) {
    return URI.create(login.getAccount().getLocation().toString());
  }

  public static boolean isUnknown(AcmeServerException e) {
    return e.getType().toString().endsWith(":accountDoesNotExist");
  }

  private Login open(KeyPair keys) throws AcmeFailureException {
    Metadata metadata = authority.call(Step.DIRECTORY, () -> authority.session().getMetadata());
    Optional<ExternalAccount> external = externalAccount(metadata);
    AccountBuilder builder = new AccountBuilder().useKeyPair(keys);
    Optional<URI> terms = authority.call(Step.DIRECTORY, metadata::getTermsOfService);
    if (terms.isPresent()) {
      if (!registration.terms().agrees(terms.get())) {
        if (Thread.currentThread().isInterrupted()) {
          throw new AcmeFailureException(new AcmeFailure.Interrupted());
        }
        throw new AcmeFailureException(new AcmeFailure.TermsNotAgreed(terms.get()));
      }
      builder.agreeToTermsOfService();
    }
    registration.email().ifPresent(builder::addEmail);
    external.ifPresent(it -> builder.withKeyIdentifier(it.keyId(), it.hmacKey()));
    Login login = opened(builder, external.isPresent());
    store.storeUrl(url(login));
    listener.on(new IssuanceEvent.AccountCreated(url(login)));
    return login;
  }

  private Login opened(AccountBuilder builder, boolean bound) throws AcmeFailureException {
    try {
      return authority.call(Step.ACCOUNT, () -> builder.createLogin(authority.session()));
    } catch (AcmeFailureException e) {
      if (!bound) {
        throw e;
      }
      throw switch (e.failure()) {
        case AcmeFailure.Refused refused -> unbound(refused.problem(), e);
        case AcmeFailure.ExternalAccountRequired _ ->
            unbound(AcmeProblem.of("externalAccountRequired", ""), e);
        case AcmeFailure.Unavailable fault
            when fault.status() == HttpURLConnection.HTTP_INTERNAL_ERROR
                && fault.retryAfter().isEmpty() ->
            unbound(AcmeProblem.of("serverInternal", "HTTP status 500"), e);
        default -> e;
      };
    }
  }

  private AcmeFailureException unbound(AcmeProblem problem, AcmeFailureException cause) {
    return new AcmeFailureException(
        new AcmeFailure.ExternalAccountRefused(authority.authority().directory(), problem), cause);
  }

  /** The external account to bind a new account to; none at Let's Encrypt, whatever is set. */
  private Optional<ExternalAccount> externalAccount(Metadata metadata) throws AcmeFailureException {
    CertificateAuthority ca = authority.authority();
    Optional<ExternalAccount> external =
        registration.externalAccount().filter(it -> !ca.isLetsEncrypt());
    boolean required = authority.call(Step.DIRECTORY, metadata::isExternalAccountRequired);
    if (external.isEmpty() && required) {
      throw new AcmeFailureException(new AcmeFailure.ExternalAccountRequired(ca.directory()));
    }
    return external;
  }
}
