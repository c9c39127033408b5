package dev.v6cert.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.QueryLoad;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Type;

/** A server whose system calls fail as the kernel, a firewall or a sandbox may make them. */
class FailingCallsIT {
  private static final int QUERIES = 300;
  private static final Pattern READY = Pattern.compile("port (\\d+) threads (\\d+) ready");

  @BeforeAll
  static void mayTrace() throws IOException, InterruptedException {
    String traced = Program.output(Program.find("strace", "strace"), "-o", "/dev/null", "true");
    assumeTrue(traced.isEmpty(), () -> "strace may not trace here: " + traced);
  }

  /** The output of the server once every query had its answer. */
  private static MatchResult serve(DatagramIo io, String call, String fault) throws IOException {
    try (Program server =
        Program.start(
            "ready",
            Program.find("strace", "strace"),
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-e",
            "trace=" + call,
            "-e",
            "inject=" + call + ":" + fault,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            TracedServer.class.getName(),
            io.name())) {
      MatchResult said =
          READY.matcher(server.output()).results().findFirst().orElseThrow(AssertionError::new);
      List<Packet> queries =
          IntStream.range(0, QUERIES)
              .mapToObj(
                  i -> Packet.query("10-0-" + i / 256 + "-" + i % 256 + ".magic.test", Type.A))
              .toList();
      List<Reply> replies =
          QueryLoad.replies(
              RunningServer.at("127.0.0.1", Integer.parseInt(said.group(1))), queries);
      assertThat(replies).hasSize(QUERIES);
      for (int i = 0; i < QUERIES; i++) {
        assertThat(replies.get(i).answerData()).containsExactly("10.0." + i / 256 + "." + i % 256);
      }
      return said;
    }
  }

  // Counted in each thread; the first call is the one that probes whether the calls are allowed.
  @ParameterizedTest(name = "{0} fails with {1} at {2}")
  @CsvSource({
    "recvmmsg, EINTR, 2+3",
    "recvmmsg, EAGAIN, 2+3",
    "recvmmsg, ENOMEM, 2..5",
    "sendmmsg, EINTR, 2+2",
    "sendmmsg, EAGAIN, 2+2",
    "sendmmsg, EAGAIN, 2..40", // A reply that is refused again and again is given up.
    "sendmmsg, ENOBUFS, 2..4", // Each costs the first reply of a batch, which is asked for again.
    "sendmmsg, EPERM, 2..4", // A firewall's verdict on one client.
  })
  void answersAllTheSame(String call, String error, String when) throws IOException {
    assumeTrue(DatagramIo.BATCHED.isSupported(), "needs recvmmsg and sendmmsg");
    serve(DatagramIo.BATCHED, call, "error=" + error + ":when=" + when);
  }

  @Test
  void makesDoWithOneSocketWhereNoneCanShareAPort() throws IOException {
    assumeTrue(DatagramIo.BATCHED.isSupported(), "needs recvmmsg and sendmmsg");
    // Before it, the JDK tries the option for itself, and two sockets get their buffers. Seldom it
    // is not the fourth call, probably where another thread was the first to try the option.
    String sockets = "";
    for (int number : List.of(4, 3, 4, 3)) {
      if (!sockets.equals("1")) {
        String failure = "error=ENOPROTOOPT:when=" + number;
        sockets = serve(DatagramIo.BATCHED, "setsockopt", failure).group(2);
      }
    }
    assertThat(sockets).isEqualTo("1");
  }

  @ParameterizedTest
  @CsvSource({"recvmmsg, ENOSYS", "sendmmsg, EPERM"})
  void readsOneByOneWhereTheCallsForBatchesAreForbidden(String call, String error)
      throws IOException {
    MatchResult said = serve(DatagramIo.AUTO, call, "error=" + error);
    assertThat(said.group(2)).isEqualTo(Integer.toString(TracedServer.THREADS));
  }
}
