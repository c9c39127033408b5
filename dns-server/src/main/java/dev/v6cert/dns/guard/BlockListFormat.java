package dev.v6cert.dns.guard;

/** The format of a block list. */
public enum BlockListFormat {
  /** As {@link BlockList} says. */
  OWN,
  /** As that of sslip.io: words match anywhere in a name, and blocks may have host bits set. */
  SSLIP_IO
}
