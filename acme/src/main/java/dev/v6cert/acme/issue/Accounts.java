package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceListener;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.client.Conversation;
import dev.v6cert.acme.store.AccountStore;
import dev.v6cert.acme.store.AccountStore.StoredAccount;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.KeyPair;
import java.util.Optional;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Metadata;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeServerException;

/** Finds our account with an authority, or opens one. */
final class Accounts {

  private final Conversation authority;
  private final AccountStore store;
  private final Registration registration;
  private final IssuanceListener listener;

  Accounts(
      Conversation authority,
      AccountStore store,
      Registration registration,
      IssuanceListener listener) {
    this.authority = authority;
    this.store = store;
    this.registration = registration;
    this.listener = listener;
  }

  /** The stored account; else the one that the authority has for our key; else a new one. */
  Login login() throws AcmeFailureException {
    Optional<StoredAccount> stored = store.find(authority.authority());
    if (stored.isPresent() && stored.get().url().isPresent()) {
      URI url = stored.get().url().get();
      Login login = bind(url, stored.get().keys());
      listener.on(new IssuanceEvent.AccountFound(url));
      return login;
    }
    return stored.isPresent() ? byKey(stored.get().keys()) : open(newKey());
  }

  /**
   * The account that there is; none is opened.
   *
   * @throws AcmeFailureException as {@code NoAccount}
   */
  Login existing() throws AcmeFailureException {
    Optional<StoredAccount> stored = store.find(authority.authority());
    Optional<Login> login =
        stored.isEmpty()
            ? Optional.empty()
            : stored.get().url().isPresent() ? Optional.of(login()) : known(stored.get().keys());
    return login.orElseThrow(() ->
        new AcmeFailureException(new AcmeFailure.NoAccount(authority.authority().directory())));
  }

  /** For when the authority no longer knows the account where we remember it. */
  Login loginAnew() throws AcmeFailureException {
    Optional<StoredAccount> stored = store.find(authority.authority());
    return stored.isPresent() ? byKey(stored.get().keys()) : open(newKey());
  }

  private Login bind(URI url, KeyPair keys) throws AcmeFailureException {
    return authority.ask(
        Step.ACCOUNT,
        () -> {
          try {
            return authority.session().login(url.toURL(), keys);
          } catch (MalformedURLException e) {
            throw new IOException(e);
          }
        });
  }

  private KeyPair newKey() throws AcmeFailureException {
    KeyPair keys = Keys.generate(KeyType.EC256);
    store.storeKey(authority.authority(), keys);
    return keys;
  }

  private Login byKey(KeyPair keys) throws AcmeFailureException {
    Optional<Login> known = known(keys);
    return known.isPresent() ? known.get() : open(keys);
  }

  /** The account that the authority has for the key. */
  private Optional<Login> known(KeyPair keys) throws AcmeFailureException {
    Optional<Login> known =
        authority.ask(
            Step.ACCOUNT,
            () -> {
              try {
                return Optional.of(
                    new AccountBuilder()
                        .useKeyPair(keys)
                        .onlyExisting()
                        .createLogin(authority.session()));
              } catch (AcmeServerException e) {
                if (isUnknown(e)) {
                  return Optional.empty();
                }
                throw e;
              }
            });
    if (known.isPresent()) {
      listener.on(new IssuanceEvent.AccountFound(remember(known.get())));
    }
    return known;
  }

  /** Where the account is that the login is for. */
  static URI url(Login login) {
    return URI.create(login.getAccount().getLocation().toString());
  }

  static boolean isUnknown(AcmeServerException e) {
    return e.getType().toString().endsWith(":accountDoesNotExist");
  }

  private Login open(KeyPair keys) throws AcmeFailureException {
    Metadata metadata = authority.ask(Step.DIRECTORY, () -> authority.session().getMetadata());
    Optional<ExternalAccount> external = registration.externalAccount();
    if (external.isEmpty() && metadata.isExternalAccountRequired()) {
      throw new AcmeFailureException(
          new AcmeFailure.ExternalAccountRequired(authority.authority().directory()));
    }
    AccountBuilder builder = new AccountBuilder().useKeyPair(keys);
    Optional<URI> terms = authority.ask(Step.DIRECTORY, metadata::getTermsOfService);
    if (terms.isPresent()) {
      if (!registration.terms().agrees(terms.get())) {
        throw new AcmeFailureException(new AcmeFailure.TermsNotAgreed(terms.get()));
      }
      builder.agreeToTermsOfService();
    }
    registration.email().ifPresent(builder::addEmail);
    external.ifPresent(it -> builder.withKeyIdentifier(it.keyId(), it.hmacKey()));
    Login login = authority.ask(Step.ACCOUNT, () -> create(builder));
    URI url = remember(login);
    listener.on(new IssuanceEvent.AccountCreated(url));
    return login;
  }

  private Login create(AccountBuilder builder) throws AcmeException {
    return builder.createLogin(authority.session());
  }

  private URI remember(Login login) throws AcmeFailureException {
    URI url =
        authority.ask(
            Step.ACCOUNT,
            () -> {
              try {
                return login.getAccount().getLocation().toURI();
              } catch (URISyntaxException e) {
                throw new IOException(e);
              }
            });
    store.storeUrl(authority.authority(), url);
    return url;
  }
}
