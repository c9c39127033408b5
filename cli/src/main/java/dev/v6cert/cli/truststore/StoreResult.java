package dev.v6cert.cli.truststore;

/**
 * The state of a root in a store, before or after a change.
 *
 * @param store the store
 * @param verdict what is to be done there, or was
 */
public record StoreResult(TrustStore store, Verdict verdict) {

  /** The change of a store, made or still to be made. */
  public sealed interface Verdict {

    /** It is as it is to be. */
    record Nothing() implements Verdict {}

    /**
     * It is to be changed.
     *
     * @param change in words
     */
    record Due(String change) implements Verdict {}

    /** It was changed. */
    record Done() implements Verdict {}

    /**
     * This process cannot change it.
     *
     * @param why the reason
     * @param command what does it; empty where the command of another store does
     */
    record ByHand(String why, String command) implements Verdict {}

    /**
     * It is damaged, or the change failed.
     *
     * @param why the reason
     */
    record Failed(String why) implements Verdict {}
  }
}
