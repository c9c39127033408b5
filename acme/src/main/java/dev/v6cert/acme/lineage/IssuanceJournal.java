package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailureException;
import java.net.URI;
import java.security.KeyPair;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The data that an issuance must not lose when it is killed: the key, and the address of its order.
 * Both are on disk before the authority is asked to sign.
 */
public interface IssuanceJournal {

  /**
   * The key that the certificate is for. It may be made only now; it is kept before it is returned.
   *
   * @throws AcmeFailureException when it cannot be kept
   */
  KeyPair keys() throws AcmeFailureException;

  /** The order that an earlier run placed for the same request. */
  Optional<URI> order();

  /** Remembers the order. */
  void ordered(URI order) throws AcmeFailureException;

  /** Forgets the order, which came to nothing: the next run is to place another. */
  void abandon() throws AcmeFailureException;

  /**
   * Takes a new key in place of one that was kept from the last certificate; false where the key is
   * new already, and so is no better than another.
   */
  boolean replaceKeys() throws AcmeFailureException;

  /** A journal that is forgotten, for rehearsals. */
  static IssuanceJournal inMemory(Supplier<KeyPair> newKeys) {
    return new IssuanceJournal() {
      private @Nullable KeyPair keys;

      @Override
      public KeyPair keys() {
        if (keys == null) {
          keys = newKeys.get();
        }
        return keys;
      }

      @Override
      public Optional<URI> order() {
        return Optional.empty();
      }

      @Override
      public void ordered(URI order) {}

      @Override
      public void abandon() {}

      @Override
      public boolean replaceKeys() {
        return false;
      }
    };
  }
}
