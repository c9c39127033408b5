package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import org.junit.jupiter.api.Test;

/** The life of a certificate with acme2certifier. */
class Acme2certifierInteropIT extends InteropFixture {

  Acme2certifierInteropIT() {
    super(Peer.ACME2CERTIFIER);
  }

  @Test
  void anAccountWantsAnAddressToWriteTo() throws Exception {
    try (PeerAuthority authority = start(false)) {
      Outcome bare = run(authority, "obtain", "--agree-tos", "--zone", TestNetwork.ZONE);

      assertThat(bare.code()).isEqualTo(ExitStatus.REFUSED.code());
      assertThat(bare.err().lines().toList().getLast()).contains("--email MAIL");
    }
  }
}
