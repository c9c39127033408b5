package dev.v6cert.acme.challenge;

/** A challenge's answer, visible until closed. */
public interface Presentation extends AutoCloseable {

  /** Takes the answer away. */
  @Override
  void close();
}
