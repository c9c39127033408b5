package dev.v6cert.cli;

/** The life of a certificate with step-ca. */
class StepCaInteropIT extends InteropFixture {

  StepCaInteropIT() {
    super(Peer.STEP_CA);
  }
}
