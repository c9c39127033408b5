package dev.v6cert.dns.transport;

/**
 * Answers common queries where they lie, without allocating and without locks, and leaves the rest
 * to a {@link MessageHandler}. One thread at a time.
 */
@FunctionalInterface
public interface FastHandler {
  /** The result of {@link #handle} for a message that it leaves to others. */
  int DECLINED = -1;

  /** Leaves every message to others. */
  FastHandler NONE = (_, _, _, _, _) -> DECLINED;

  /** The octets that {@link #handle} may write from the start of the message on. */
  int ROOM = 1232;

  /**
   * Writes the reply to the message of {@code length} octets at {@code from} over it. A client with
   * an IPv4 address is given as {@code ::ffff:a.b.c.d}.
   *
   * @param octets with {@link #ROOM} from {@code from} on, and at least {@code length}
   * @return the length of the reply; 0 where nothing is to be sent; or {@link #DECLINED}, and then
   *     the message is as it was
   */
  int handle(byte[] octets, int from, int length, long clientHigh, long clientLow);

  /** Told when all messages that came together have been handled. */
  default void flush() {}
}
