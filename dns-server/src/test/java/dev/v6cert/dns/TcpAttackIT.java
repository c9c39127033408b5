package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.testing.TcpCrowd;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Type;

/** A server with the heap that it has by default, and TCP clients that hold what they can. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class TcpAttackIT {
  private static final int PROBES = 10;
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final long MOST_RESIDENT_KILOBYTES = 160 * 1024;

  /** The libraries of a server; the tests' own would cost descriptors. */
  private static final List<String> LIBRARIES =
      List.of("classes", "dns-server", "ipv6", "dnsjava", "slf4j-api", "prometheus", "jspecify");

  @TempDir static Path directory;
  private static Path zoneFile;

  @BeforeAll
  static void writeLargeRecord() throws IOException {
    String text = ("\"" + "x".repeat(250) + "\" ").repeat(200);
    zoneFile = Files.writeString(directory.resolve("zone"), "big.magic.test. TXT " + text + "\n");
  }

  /** A server process. */
  private static final class Server implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;
    private final InetSocketAddress address;

    /** Starts one that may have so many files open, or as many as the tests for 0. */
    Server(int descriptors) throws IOException {
      String classPath =
          Arrays.stream(classPath().split(File.pathSeparator, -1))
              .filter(path -> LIBRARIES.stream().anyMatch(path::contains))
              .collect(Collectors.joining(File.pathSeparator));
      List<String> command = new ArrayList<>();
      if (descriptors > 0) {
        command.addAll(
            List.of("sh", "-c", "ulimit -n " + descriptors + " && exec \"$@\"", "limited"));
      }
      command.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx64m",
              "-Xmn2m",
              "-XX:+UseSerialGC",
              "-XX:+ExitOnOutOfMemoryError",
              "-XX:TrimNativeHeapInterval=2000",
              "--enable-native-access=ALL-UNNAMED",
              "-cp",
              classPath,
              SmallServer.class.getName(),
              zoneFile.toString()));
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      lines = process.inputReader();
      String port = readUntil("ready").get("port");
      address = RunningServer.at("127.0.0.1", Integer.parseInt(port));
    }

    private Map<String, String> readUntil(String last) throws IOException {
      Map<String, String> said = new HashMap<>();
      String line = lines.readLine();
      while (line != null && !line.equals(last)) {
        String[] words = line.split(" ", 2);
        said.put(words[0], words[words.length - 1]);
        line = lines.readLine();
      }
      assertThat(line).as("the end of what it said: %s", said).isEqualTo(last);
      return said;
    }

    long counter(String name) throws IOException {
      process.outputWriter().write("\n");
      process.outputWriter().flush();
      return Long.parseLong(readUntil("told").getOrDefault(name, "-1"));
    }

    long descriptors() throws IOException {
      try (Stream<Path> open = Files.list(Path.of("/proc", process.pid() + "", "fd"))) {
        return open.count();
      }
    }

    long mostResidentKilobytes() throws IOException {
      return Files.readAllLines(Path.of("/proc", process.pid() + "", "status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    }

    /** Asks by both protocols, again and again; every query has its answer. */
    void probe() throws IOException {
      byte[] query = Packet.query("10-0-0-1.magic.test", Type.A).bytes();
      long slowest = 0;
      for (int i = 0; i < PROBES; i++) {
        for (Channel channel : List.of(Channel.UDP4, Channel.TCP4)) {
          long start = System.nanoTime();
          assertThat(channel.ask(address, query).orElseThrow().answerData())
              .containsExactly("10.0.0.1");
          slowest = Math.max(slowest, System.nanoTime() - start);
        }
      }
      System.err.println("slowest probe: " + slowest / 1_000_000 + " ms");
    }

    /** Waits until it holds as little as before. */
    void awaitCalm(long descriptors) throws Exception {
      long deadline = System.nanoTime() + LIMIT.toNanos();
      while (System.nanoTime() < deadline
          && (descriptors() > descriptors || counter("tcp_pending_octets") > 0)) {
        Thread.sleep(100);
      }
      assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
      assertThat(counter("tcp_pending_octets")).isZero();
      assertThat(counter("tcp_open")).isZero();
      assertThat(counter("reader_faults")).isZero();
      assertThat(mostResidentKilobytes()).isLessThan(MOST_RESIDENT_KILOBYTES);
    }

    boolean endsWithin(Duration time) throws InterruptedException {
      process.destroy();
      return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  private static byte[] frame(byte[] message) {
    return ByteBuffer.allocate(2 + message.length)
        .putShort((short) message.length)
        .put(message)
        .array();
  }

  /** The first {@code sent} octets of a frame of {@code length}. */
  private static byte[] partOfFrame(int length, int sent) {
    return ByteBuffer.allocate(sent).putShort((short) length).array();
  }

  private static final byte[] QUERY = frame(Packet.query("10-0-0-2.magic.test", Type.A).bytes());

  /** Checks that the clients neither stop the server nor leave anything behind. */
  private static void survives(int clients, int networks, byte[]... sent) throws Exception {
    try (Server server = new Server(0)) {
      server.probe();
      long descriptors = server.descriptors();
      try (TcpCrowd crowd = TcpCrowd.connect(server.address, clients, networks)) {
        for (byte[] octets : sent) {
          crowd.send(octets);
          server.probe();
        }
        assertThat(server.counter("tcp_open")).isLessThanOrEqualTo(4096);
      }
      server.awaitCalm(descriptors);
      server.probe();
    }
  }

  @Test
  void fourThousandConnectionsWithAQueryEach() throws Exception {
    try (Server server = new Server(0)) {
      server.probe();
      try (TcpCrowd crowd = TcpCrowd.connect(server.address, 4090, 4)) {
        crowd.send(QUERY);
        server.probe();
        assertThat(server.counter("tcp_open")).isBetween(1000L, 4096L);
        assertThat(server.endsWithin(Duration.ofSeconds(5))).isTrue();
      }
    }
  }

  @Test
  void fourThousandConnectionsWithAPartOfAFrameEach() throws Exception {
    survives(4090, 4, partOfFrame(8192, 4096), new byte[64], new byte[64]);
  }

  @Test
  void clientsThatPipelineAndNeverRead() throws Exception {
    byte[] query = frame(Packet.query("big.magic.test", Type.TXT).bytes());
    ByteBuffer many = ByteBuffer.allocate(4 * query.length);
    for (int i = 0; i < 4; i++) {
      many.put(query);
    }
    survives(3800, 4, many.array(), many.array());
  }

  @Test
  void halfOfTheLargestFrameFromEachOfOneAddress() throws Exception {
    survives(1000, 1, partOfFrame(65_535, 33 * 1024), new byte[64]);
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 256})
  void fewDescriptors(int limit) throws Exception {
    try (Server server = new Server(limit)) {
      server.probe();
      long descriptors = server.descriptors();
      try (TcpCrowd crowd = TcpCrowd.connect(server.address, 400, 8);
          Socket honest = new Socket(server.address.getAddress(), server.address.getPort())) {
        crowd.send(QUERY);
        honest.getOutputStream().write(QUERY);
        assertThat(Channel.readFrame(honest).orElseThrow().answerData())
            .containsExactly("10.0.0.2");
        server.probe();
        assertThat(crowd.closedByServer()).isBetween(400 - limit, 400);
        assertThat(server.counter("tcp_closed_evicted")).isPositive();
      }
      server.awaitCalm(descriptors);
      server.probe();
    }
  }

  /** The real class path: Failsafe starts its JVM with one jar that only names it. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
