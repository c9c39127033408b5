package dev.v6cert.dns.transport;

/** Answers datagrams from one socket, on a platform thread of its own. */
interface UdpListener extends AutoCloseable {
  /** The size of the socket's buffer for datagrams that wait to be read, in octets. */
  int RECEIVE_BUFFER = 4 << 20;

  /**
   * The largest message that is read or written whole, in octets; far above what is sent over UDP
   * in earnest. The end of a larger one is cut off, which its section counts then tell.
   */
  int LARGEST_MESSAGE = 4096;

  /** How long a thread rests after a failure, so that a lasting one does not take the processor. */
  long PAUSE_AFTER_FAILURE_NANOS = 10_000_000;

  /** The port that was really bound. */
  int port();

  /** Begins to answer. */
  void start();

  /** The thread that answers; it ends when this is closed. */
  Thread thread();

  /** Ends the thread, without waiting for it, and gives the port back. */
  @Override
  void close();

  /** The thread for a listener on a port. */
  static Thread thread(int port, Runnable task) {
    return Thread.ofPlatform().daemon().name("dns-udp-" + port).unstarted(task);
  }
}
