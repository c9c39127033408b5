package dev.v6cert.dns.http;

/** The clients that may register an account. */
public enum Registration {
  /** Nobody; the operator adds accounts. */
  CLOSED,
  /** Whoever knows the registration token. */
  TOKEN,
  /** Everybody, with a limit for each network. */
  OPEN
}
