package dev.v6cert.acme.localca.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.CrowdedProcess;
import dev.v6cert.testing.FreePorts;
import java.io.BufferedReader;
import java.io.Writer;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process that may open no more files. */
class CrowdedServerIT {

  @TempDir Path home;

  /** The process: answers one request, so that all classes are loaded, and opens all files. */
  static final class Crowded {
    private Crowded() {}

    public static void main(String[] arguments) throws Exception {
      try (LocalAcmeServer server = ChildServer.start(arguments)) {
        AcmePeer peer =
            new AcmePeer(
                "https://127.0.0.1:" + server.address().getPort(),
                new LocalAuthorityStore(new StateDirectory(Path.of(arguments[0])))
                    .present()
                    .root());
        if (peer.get("directory").status() != 200) {
          throw new AssertionError("no directory");
        }
        CrowdedProcess.report();
      }
      System.exit(0);
    }
  }

  @Test
  void waitsAndGoesOnAfterwards() throws Exception {
    StateDirectory state = new StateDirectory(home.resolve("state"));
    LocalAuthority authority;
    try (StateLock lock = StateLock.acquire(state)) {
      authority =
          new LocalAuthorityStore(state)
              .create(lock, "me@here", NameConstraints.in(List.of()), Instant.now());
    }
    int port = FreePorts.next();
    List<Socket> idle = new ArrayList<>();
    Process crowded = CrowdedProcess.start(Crowded.class, state.root() + "", port + "", "1");
    try (BufferedReader out = crowded.inputReader(StandardCharsets.US_ASCII);
        Writer in = crowded.outputWriter(StandardCharsets.US_ASCII)) {
      assertThat(out.readLine()).isEqualTo(CrowdedProcess.FULL);
      for (int i = 0; i < 20; i++) { // More than the files that a JVM closes by itself.
        idle.add(new Socket(RunningLocalAcmeServer.LOOPBACK, port));
      }
      in.write("measure\n");
      in.flush();

      assertThat(Integer.parseInt(out.readLine())).as("ms of 1000").isLessThan(400);

      AcmePeer peer = new AcmePeer("https://127.0.0.1:" + port, authority.root());
      assertThat(peer.get("directory").status()).isEqualTo(200);
      in.write("end\n");
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
      crowded.destroyForcibly().waitFor();
    }
  }
}
