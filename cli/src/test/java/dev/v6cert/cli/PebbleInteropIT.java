package dev.v6cert.cli;

/** The life of a certificate with the newest Pebble. */
class PebbleInteropIT extends InteropFixture {

  PebbleInteropIT() {
    super(Peer.PEBBLE);
  }
}
