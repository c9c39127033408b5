package dev.v6cert.acme.challenge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailure.BindProblem;
import dev.v6cert.acme.AcmeFailure.CannotBind;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StandaloneSolverIT {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("::1");
  private static final String TOKEN = "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0";
  private static final String PATH = "/.well-known/acme-challenge/" + TOKEN;

  private static StandaloneSolver solver(Optional<InetAddress> address, int port) {
    return new StandaloneSolver(ChallengeType.HTTP_01, address, port, Clock.systemUTC());
  }

  /** Sends the bytes, and reads until the responder closes. */
  private static String talk(InetSocketAddress to, String request) throws IOException {
    try (Socket socket = new Socket(to.getAddress(), to.getPort())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private static String request(String method, String path) {
    return method + " " + path + " HTTP/1.1\r\nHost: [2001:db8::1]\r\n\r\n";
  }

  @Nested
  class Answering {
    private final List<ChallengeRequest> heard = new CopyOnWriteArrayList<>();
    private Responder responder;
    private InetSocketAddress address;

    @BeforeEach
    void start() throws Exception {
      responder = solver(Optional.of(LOOPBACK), FreePorts.next()).start(heard::add);
      address = responder.addresses().getFirst();
    }

    @AfterEach
    void stop() {
      responder.close();
    }

    private PresentedAnswer present() throws AcmeFailureException {
      return responder.present(
          new PendingChallenge(Subject.parse("a.test"), TOKEN, TOKEN + ".thumb"));
    }

    @Test
    void givesTheKeyAuthorizationOfAPresentedTokenAndCloses() throws Exception {
      try (PresentedAnswer _ = present()) {
        assertThat(talk(address, request("GET", PATH)))
            .startsWith("HTTP/1.1 200")
            .contains("Connection: close")
            .endsWith("\r\n\r\n" + TOKEN + ".thumb");
        assertThat(talk(address, request("HEAD", PATH)))
            .startsWith("HTTP/1.1 200")
            .endsWith("\r\n\r\n");
      }
    }

    @Test
    void knowsTheTokenNoMoreAfterwards() throws Exception {
      present().close();
      assertThat(talk(address, request("GET", PATH))).startsWith("HTTP/1.1 404");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/",
          PATH + "/",
          PATH + "?x",
          PATH + "x",
          "/.well-known/acme-challenge/",
          "/.well-known/acme-challenge/../acme-challenge/" + TOKEN,
          "/.well-known/acme-challenge/%4coqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0",
          "//.well-known/acme-challenge/" + TOKEN,
          "/../../etc/passwd"
        })
    void givesNothingElse(String path) throws Exception {
      try (PresentedAnswer _ = present()) {
        String answer = talk(address, request("GET", path));
        if (!path.contains("?")) { // A query is no part of the path.
          assertThat(answer).startsWith("HTTP/1.1 404").doesNotContain("thumb");
        }
        assertThat(answer).doesNotContain("Location");
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"})
    void refusesOtherMethods(String method) throws Exception {
      try (PresentedAnswer _ = present()) {
        assertThat(talk(address, request(method, PATH))).startsWith("HTTP/1.1 405");
      }
    }

    @Test
    void recordsEveryHit() throws Exception {
      try (PresentedAnswer _ = present()) {
        talk(address, request("GET", PATH));
        talk(address, request("GET", "/.well-known/acme-challenge/other"));
        talk(address, request("GET", "/wp-login.php"));
        talk(address, request("POST", PATH));
      }
      assertThat(responder.requests()).isEqualTo(heard);
      assertThat(heard)
          .extracting(ChallengeRequest::answer)
          .containsExactly(
              ChallengeRequest.Answer.KEY_AUTHORIZATION,
              ChallengeRequest.Answer.UNKNOWN_TOKEN,
              ChallengeRequest.Answer.OTHER_PATH,
              ChallengeRequest.Answer.METHOD_REFUSED);
      ChallengeRequest first = heard.getFirst();
      assertThat(first.from().getAddress()).isEqualTo(LOOPBACK);
      assertThat(first.at()).isEqualTo(address);
      assertThat(first.path()).isEqualTo(PATH);
    }

    @Test
    void recordsOnlyWhatCanBePrinted() throws Exception {
      talk(address, request("GET", "/" + "\u001b[31m".replace("\u001b", "%1b") + "\\x"));
      talk(address, request("GET", "/" + "a".repeat(4000)));
      assertThat(heard).allMatch(request -> request.path().length() <= 256);
      assertThat(heard)
          .allMatch(request -> request.path().chars().allMatch(c -> c > ' ' && c < 0x7f));
    }

    @Test
    void closesOnMoreHeadersThanItTakes() throws Exception {
      String big = "GET " + PATH + " HTTP/1.1\r\nX: " + "y".repeat(9 * 1024) + "\r\n\r\n";
      assertThat(talkOrReset(big)).doesNotContain("200 OK").doesNotContain("thumb");
    }

    @ParameterizedTest
    @CsvSource({"GET", "POST"})
    void closesOnLengthAndChunksTogether(String method) throws Exception {
      String smuggled =
          method
              + " / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
              + "0\r\n\r\n"
              + request("GET", "/smuggled");
      talkOrReset(smuggled);
      assertThat(heard).noneMatch(request -> request.path().equals("/smuggled"));
    }

    @Test
    void waitsFiveSecondsForARequestAndNoLonger() throws Exception {
      long start = System.nanoTime();
      String answer = talkOrReset("GET " + PATH + " HT");
      assertThat(answer).doesNotContain("200");
      assertThat((System.nanoTime() - start) / 1_000_000).isBetween(3_000L, 12_000L);
    }

    @Test
    void answersThoughMoreConnectionsIdleThanItTakes() throws Exception {
      List<Socket> idle = new ArrayList<>();
      try (PresentedAnswer _ = present()) {
        for (int i = 0; i < 300; i++) {
          idle.add(new Socket(address.getAddress(), address.getPort()));
        }
        assertThat(talk(address, request("GET", PATH))).startsWith("HTTP/1.1 200");
      } finally {
        for (Socket socket : idle) {
          socket.close();
        }
      }
    }

    private String talkOrReset(String request) throws IOException {
      try {
        return talk(address, request);
      } catch (java.net.SocketException e) {
        return "";
      }
    }
  }

  @Nested
  class ListenAddress {

    private CannotBind failure(StandaloneSolver solver) {
      AcmeFailureException e =
          catchThrowableOfType(
              AcmeFailureException.class, () -> solver.start(request -> {}).close());
      assertThat(e).isNotNull();
      return (CannotBind) e.failure();
    }

    @Test
    void ofATakenPortNamesWhoHasIt() throws Exception {
      try (ServerSocket taken = new ServerSocket(0, 1, LOOPBACK)) {
        CannotBind failure = failure(solver(Optional.of(LOOPBACK), taken.getLocalPort()));
        assertThat(failure.problem()).isEqualTo(BindProblem.TAKEN);
        assertThat(failure.holders())
            .singleElement()
            .satisfies(holder -> {
              assertThat(holder.pid()).isEqualTo(ProcessHandle.current().pid());
              assertThat(holder.name()).isEqualTo("java");
              assertThat(holder.address())
                  .isEqualTo(new InetSocketAddress(LOOPBACK, taken.getLocalPort()));
            });
      }
    }

    @Test
    void ofAPortThatSomebodyHasOnEveryAddressNamesThem() throws Exception {
      try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("::"))) {
        CannotBind failure = failure(solver(Optional.of(LOOPBACK), taken.getLocalPort()));
        assertThat(failure.problem()).isEqualTo(BindProblem.TAKEN);
        assertThat(failure.holders()).hasSize(1);
      }
    }

    @Test
    void worksBesideAnotherServerOnEveryIpv4Address() throws Exception {
      // A plain ServerSocket on 0.0.0.0 would take the IPv6 addresses as well.
      try (ServerSocketChannel taken = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
        taken.bind(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 0));
        int port = taken.socket().getLocalPort();
        try (Responder responder = solver(Optional.of(LOOPBACK), port).start(request -> {})) {
          assertThat(responder.addresses()).containsExactly(new InetSocketAddress(LOOPBACK, port));
        }
      }
    }

    @Test
    void ofAnAddressThatIsElsewhereTakesEveryAddress() throws Exception {
      InetAddress elsewhere = InetAddress.ofLiteral("2001:db8::1");
      try (Responder responder =
          solver(Optional.of(elsewhere), FreePorts.next()).start(request -> {})) {
        assertThat(responder.addresses().getFirst().getAddress().isAnyLocalAddress()).isTrue();
        InetSocketAddress here =
            new InetSocketAddress(LOOPBACK, responder.addresses().getFirst().getPort());
        assertThat(talk(here, request("GET", "/"))).startsWith("HTTP/1.1 404");
      }
    }

    @Test
    void isGivenUpOnClose() throws Exception {
      int port = FreePorts.next();
      for (int i = 0; i < 3; i++) {
        solver(Optional.of(LOOPBACK), port).start(request -> {}).close();
      }
    }

    @Test
    void isGivenUpOnCloseByAThreadThatIsToldToStop() throws Exception {
      int port = FreePorts.next();
      Responder responder = solver(Optional.of(LOOPBACK), port).start(request -> {});
      Thread.currentThread().interrupt();
      responder.close();
      assertThat(Thread.interrupted()).isTrue();
      solver(Optional.of(LOOPBACK), port).start(request -> {}).close();
    }

    @Test
    void startsFewThreads() throws Exception {
      int before = Thread.activeCount();
      try (Responder _ = solver(Optional.empty(), FreePorts.next()).start(request -> {})) {
        assertThat(Thread.activeCount() - before).isLessThanOrEqualTo(4);
      }
    }
  }
}
