package dev.v6cert.cli;

/** The life of a certificate with Caddy's {@code acme_server}. */
class CaddyInteropIT extends InteropFixture {

  CaddyInteropIT() {
    super(Peer.CADDY);
  }
}
