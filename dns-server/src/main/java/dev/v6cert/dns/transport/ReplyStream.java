package dev.v6cert.dns.transport;

import java.io.IOException;

/**
 * A reply of many messages over TCP, or one that has to wait before it can be written. {@link
 * #writeTo} is called once at most, on a thread of its own, on which it may wait, for the client as
 * well; a connection is closed after it. {@link #close} is called in any case, also where it was
 * never written.
 */
public interface ReplyStream extends AutoCloseable {

  /**
   * Writes the messages one after another.
   *
   * @throws IOException when the client does not take them
   */
  void writeTo(Sink sink) throws IOException;

  @Override
  void close();

  /** Takes messages. */
  @FunctionalInterface
  interface Sink {
    /**
     * Sends a message; over TCP, behind its length.
     *
     * @param message of 65535 octets at most
     */
    void send(byte[] message) throws IOException;
  }
}
