package dev.v6cert.cli.truststore;

/** The state of a root in one trust store. */
public enum Presence {
  /** Not there. */
  ABSENT,
  /** There in part, as a killed run leaves it: without effect, or without the mark of trust. */
  PARTIAL,
  /** Trusted. */
  PRESENT
}
