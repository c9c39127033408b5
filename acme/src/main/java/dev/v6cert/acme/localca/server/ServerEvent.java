package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.Subject;
import java.net.InetAddress;
import java.util.List;

/** An event of the server, for people. */
public sealed interface ServerEvent {

  /** A peer opened an account. */
  record AccountOpened(InetAddress peer) implements ServerEvent {}

  /** A certificate was signed, and is on disk. */
  record Issued(InetAddress peer, List<Subject> subjects) implements ServerEvent {
    public Issued {
      subjects = List.copyOf(subjects);
    }
  }

  /** A peer did not prove that a subject is its own. */
  record ValidationFailed(InetAddress peer, Subject subject, String why) implements ServerEvent {}

  /** The server could not do what it should; what says so is for its operator. */
  record Fault(String what) implements ServerEvent {}

  /** Receives events, from threads of the server. */
  @FunctionalInterface
  interface Listener {
    void on(ServerEvent event);

    /** Receives a validation that failed. */
    default void failed(InetAddress peer, Subject subject, String why) {
      on(new ValidationFailed(peer, subject, why));
    }
  }
}
