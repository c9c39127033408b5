package dev.v6cert.dns.transport;

/** The protocol under DNS. */
public enum Transport {
  /** Datagrams; the sender's address may be forged. */
  UDP,
  /** Connections; the peer's address is proven. */
  TCP
}
