package dev.v6cert.cli.truststore;

import java.io.IOException;
import java.util.Optional;

/**
 * A place in which programs look up the roots they trust.
 *
 * <p>{@link TrustChange} calls it from one thread, under the lock of the state directory. After a
 * kill at any point of {@link #install} or {@link #remove}, the store holds what it held before or
 * tells {@link Presence#PARTIAL}, and each of the two may be called again. What was there before is
 * there after {@link #remove}; entries of others are never touched.
 */
public sealed interface TrustStore
    permits JavaStore, MacKeychain, NssStore, SystemStore, WindowsStore {

  /** The programs that read it, such as {@code Firefox}. */
  String readers();

  /** The place where it is, such as a path. */
  String place();

  /**
   * Whether the root is in it.
   *
   * @throws IOException when it is damaged or cannot be read; the message says why
   */
  Presence presence(TrustedRoot root) throws IOException, InterruptedException;

  /** The reason why this process cannot change it; empty when it can. */
  Optional<Obstacle> obstacle();

  /** The change that {@link #install} makes, in words. */
  String installation(TrustedRoot root);

  /** The change that {@link #remove} makes, in words. */
  String removal(TrustedRoot root);

  /**
   * Puts the root in.
   *
   * @throws IOException when that fails; the message says why
   */
  void install(TrustedRoot root, TrustJournal journal) throws IOException, InterruptedException;

  /**
   * Takes the root out.
   *
   * @throws IOException when that fails; the message says why
   */
  void remove(TrustedRoot root, TrustJournal journal) throws IOException, InterruptedException;

  /**
   * The command that does {@link #install} by hand; empty where that of the system's store does.
   */
  String installCommand(TrustedRoot root);

  /** The command that does {@link #remove} by hand. */
  String removeCommand(TrustedRoot root);

  /** The reason why a process cannot change a store. */
  sealed interface Obstacle {

    /** Only another user may: the command by hand does it. */
    record OtherUsers() implements Obstacle {}

    /**
     * A program is missing.
     *
     * @param program its name
     * @param command how to install it
     */
    record MissingProgram(String program, String command) implements Obstacle {}

    /**
     * Nobody can.
     *
     * @param why the reason
     */
    record Closed(String why) implements Obstacle {}
  }

  /** The state of a root in one trust store. */
  enum Presence {
    /** Not there. */
    ABSENT,
    /** There in part, as a killed run leaves it: without effect, or without the mark of trust. */
    PARTIAL,
    /** Trusted. */
    PRESENT
  }
}
