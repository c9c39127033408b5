package dev.v6cert.acme.localca.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.localca.server.AcmePeer.Answer;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.ChildJvm;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A server that is killed (SIGKILL) at random instants of issuances, or after one of its calls that
 * change the disk, and started again: whatever it acknowledged is there. {@code -Dv6cert.kills=N}
 * for more kills at random, {@code -Dv6cert.kills.whole=true} for those after every call.
 */
class KilledServerIT {

  private static final int KILLS = Integer.getInteger("v6cert.kills", 4);
  private static final int SHORTEST_MILLIS = 50;
  private static final int LONGEST_MILLIS = 1_000;
  private static final boolean WHOLE = Boolean.getBoolean("v6cert.kills.whole");
  private static final int MOST_CALLS = 400;
  private static final List<String> STEPS = List.of("pending", "ready", "valid");

  private final Map<String, String> answers = new ConcurrentHashMap<>();

  /** The last status of an order that the server acknowledged. */
  private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

  private final Map<String, String> certificates = new ConcurrentHashMap<>();
  @TempDir Path home;
  private Path state = Path.of("");
  private HttpServer web;
  private int port;
  private X509Certificate root;
  private Optional<Process> server = Optional.empty();

  @BeforeEach
  void prepare() throws Exception {
    makeAuthority(home.resolve("state"));
    web = HttpServer.create(new InetSocketAddress(RunningLocalAcmeServer.LOOPBACK, 0), 0);
    web.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          byte[] body =
              answers
                  .getOrDefault(path.substring(path.lastIndexOf('/') + 1), "-")
                  .getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    web.start();
  }

  /** A new state, and a port of its own for its servers. */
  private void makeAuthority(Path directory) throws Exception {
    state = directory;
    StateDirectory made = new StateDirectory(state);
    try (StateLock lock = StateLock.acquire(made)) {
      root =
          new LocalAuthorityStore(made)
              .create(lock, "me@here", NameConstraints.in(List.of()), Instant.now())
              .root();
    }
    port = FreePorts.next();
  }

  @AfterEach
  void end() {
    server.ifPresent(Process::destroyForcibly);
    web.stop(0);
  }

  private void start() throws IOException {
    Process process =
        new ProcessBuilder(command())
            .redirectError(ProcessBuilder.Redirect.appendTo(home.resolve("log").toFile()))
            .start();
    String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(line).as(Files.readString(home.resolve("log"))).isEqualTo(ChildServer.READY);
    server = Optional.of(process);
  }

  private List<String> command() {
    return ChildJvm.command(
        ChildServer.class,
        state.toString(),
        Integer.toString(port),
        Integer.toString(web.getAddress().getPort()));
  }

  private AcmePeer peer() throws Exception {
    return new AcmePeer("https://127.0.0.1:" + port, root);
  }

  private void kill() throws InterruptedException {
    server.orElseThrow().destroyForcibly().waitFor();
  }

  @Test
  void keepsWhatItAcknowledged() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int orders = 0;
    for (int i = 0; i < KILLS; i++) {
      start();
      AcmePeer peer = peer();
      assertThat(peer.open(Optional.empty()).status()).isEqualTo(201);
      Thread issuing =
          Thread.startVirtualThread(() -> {
            boolean _ = issueUntilTheKill(peer, Integer.MAX_VALUE);
          });
      Thread.sleep(SHORTEST_MILLIS + random.nextInt(LONGEST_MILLIS));
      kill();
      issuing.join();

      start();
      for (String order : acknowledged.keySet()) {
        verify(peer, order, seed);
      }
      kill();
      orders += acknowledged.size();
      acknowledged.clear();
      certificates.clear();
    }
    assertThat(orders).as("orders that were acknowledged").isPositive();
  }

  @ParameterizedTest(name = "{0}, every {1}. call")
  @CsvSource(
      delimiter = '|',
      value = {"mkdir,unlink,rename,fsync | 11", "write | 1"})
  void keepsItWhereverItsWritesAreCut(String calls, int step) throws Exception {
    assumeTrue(WHOLE || !calls.equals("write"), "without -Dv6cert.kills.whole=true");
    int cuts = 0;
    boolean cut = true;
    for (int last = 1; cut && last < MOST_CALLS; last += WHOLE ? 1 : step) {
      makeAuthority(home.resolve(calls + last));
      SteppedChild child =
          SteppedChild.start(command(), calls, last, home.resolve("trace" + calls + last));
      AcmePeer peer = peer();
      boolean issued = child.line().equals(ChildServer.READY) && issueUntilTheKill(peer, 1);
      cut = child.calls() >= last;
      assertThat(issued || cut).as("%s %d", calls, last).isTrue();
      child.kill();
      cuts += cut ? 1 : 0;

      start();
      Answer _ = peer.get("new-nonce");
      for (String order : acknowledged.keySet()) {
        verify(peer, order, last);
      }
      acknowledged.clear();
      certificates.clear();
      assertThat(issueUntilTheKill(peer, 1)).as("%s %d", calls, last).isTrue();
      kill();
      acknowledged.clear();
      certificates.clear();
    }
    assertThat(cut).isFalse();
    assertThat(cuts).isPositive();
    System.getLogger(KilledServerIT.class.getName())
        .log(System.Logger.Level.INFO, cuts + " cuts at " + calls);
  }

  /** Whether there was none. */
  private boolean issueUntilTheKill(AcmePeer peer, int most) {
    try {
      if (peer.account.isEmpty()) {
        assertThat(peer.open(Optional.empty()).status()).isBetween(200, 201);
      }
      for (int i = 0; i < most; i++) {
        String name = "n" + i + ".lan.test";
        Answer order = peer.order(name);
        note(order);
        String authorization = order.urls("authorizations").getFirst();
        Map<String, Object> challenge = peer.challenge(authorization, ChallengeType.HTTP_01);
        answers.put(String.valueOf(challenge.get("token")), peer.keyAuthorization(challenge));
        assertThat(peer.validate(authorization, ChallengeType.HTTP_01).text("status"))
            .isEqualTo("valid");
        note(peer.read(order.location()));
        note(peer.finish(order, AcmePeer.newKeys(), name));
        certificates.put(
            order.location(), peer.read(peer.read(order.location()).text("certificate")).body());
      }
      return true;
    } catch (Exception e) { // The kill.
      return false;
    }
  }

  private void note(Answer order) {
    if (order.status() < 300) {
      acknowledged.put(order.location(), order.text("status"));
    }
  }

  private void verify(AcmePeer peer, String url, long seed) throws Exception {
    Answer order = read(peer, url);
    String before = acknowledged.getOrDefault(url, "");
    assertThat(STEPS.indexOf(order.text("status")))
        .as("seed %s: %s was %s, and is %s", seed, url, before, order)
        .isGreaterThanOrEqualTo(STEPS.indexOf(before));
    if (order.text("status").equals("pending")) {
      String authorization = order.urls("authorizations").getFirst();
      Map<String, Object> challenge = peer.challenge(authorization, ChallengeType.HTTP_01);
      answers.put(String.valueOf(challenge.get("token")), peer.keyAuthorization(challenge));
      assertThat(peer.validate(authorization, ChallengeType.HTTP_01).text("status"))
          .as("seed " + seed)
          .isIn("valid", "invalid"); // Asked before its answer was there: then invalid.
      return;
    }
    if (order.text("status").equals("ready")) {
      String name =
          String.valueOf(order.json().get("identifiers")).replaceAll(".*value=|[}\\]].*", "");
      order = peer.finish(order, AcmePeer.newKeys(), name.replaceAll(",.*", ""));
    }
    String pem = peer.read(order.text("certificate")).body();
    assertThat(pem).as("seed %s: %s", seed, order).startsWith("-----BEGIN CERTIFICATE-----");
    assertThat(certificates.getOrDefault(url, pem)).isEqualTo(pem);
  }

  /** The first nonce after a restart is of the server before. */
  private static Answer read(AcmePeer peer, String url) throws Exception {
    Answer answer = peer.read(url);
    return answer.problem().equals("badNonce") ? peer.read(url) : answer;
  }
}
