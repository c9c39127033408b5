package dev.v6cert.acme.challenge;

import dev.v6cert.acme.Hit;
import java.net.InetSocketAddress;
import java.util.List;

/** A challenge's answer, visible until closed. */
public interface Presentation extends AutoCloseable {

  /** Where the answer can be had; empty where it is not a socket of ours. */
  List<InetSocketAddress> addresses();

  /** Every request seen so far, in order; the oldest thousand. */
  List<Hit> hits();

  /** Takes the answer away. */
  @Override
  void close();
}
