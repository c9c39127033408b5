package dev.v6cert.dns.guard;

/** How a block list is written. */
public enum BlockListFormat {
  /** As {@link BlockList} says. */
  OWN,
  /** As that of sslip.io: words match anywhere in a name, and blocks may have host bits set. */
  SSLIP_IO
}
