package dev.v6cert.acme.store;

import dev.v6cert.acme.AcmeFailureException;
import java.net.URI;
import java.security.KeyPair;
import java.util.Optional;

/**
 * What an issuance must not lose when it is killed: the key, and where its order is. Both are on
 * disk before the authority is asked to sign.
 */
public interface IssuanceJournal {

  /** The key that the certificate is for. */
  KeyPair keys();

  /** The order that an earlier run placed for the same request. */
  Optional<URI> order();

  /** Remembers the order. */
  void ordered(URI order) throws AcmeFailureException;

  /** A journal that is forgotten, for rehearsals. */
  static IssuanceJournal inMemory(KeyPair keys) {
    return new IssuanceJournal() {
      @Override
      public KeyPair keys() {
        return keys;
      }

      @Override
      public Optional<URI> order() {
        return Optional.empty();
      }

      @Override
      public void ordered(URI order) {}
    };
  }
}
