package dev.v6cert.acme;

/** The place where an authority looks for the answer to a challenge. */
public sealed interface ValidationTarget {

  /**
   * A TCP port of the machine that the name leads to.
   *
   * @param number the port that the authority connects to, whatever port is listened on here
   */
  record Port(int number) implements ValidationTarget {}

  /**
   * A TXT record in the DNS (RFC 8555 section 8.4).
   *
   * @param here whether this machine answers for it itself, on port 53 of UDP and TCP
   */
  record TxtRecord(boolean here) implements ValidationTarget {

    /** The port of name servers. */
    public static final int DNS_PORT = 53;
  }
}
