package dev.v6cert.cli.warmup;

import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.CommandRunner;
import dev.v6cert.cli.Main;
import dev.v6cert.cli.Streams;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.setting.Environment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Runs several command lines in one process, so that the JVM sees which classes they need, and
 * which way their code takes, and can make a cache of that. Each begins with the exit codes that it
 * may end with; another one ends the process with 1, and nothing is made: a cache of commands that
 * were refused would be worse than none. No settings file is read, the machine's neither.
 */
final class CacheTraining {

  private static final String FRONT = "front";
  private static final String READY = "listening on ";

  /**
   * The time limit of one answer, in milliseconds: small boards take seconds for their first ones.
   */
  private static final int ANSWER_MILLIS = 30_000;

  private static final byte[] LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  private static final int A = 1;
  private static final int AAAA = 28;

  /** The types of queries that are left to the general path: NS, SOA, TXT, ANY. */
  private static final List<Integer> RARE = List.of(2, 6, 16, 255);

  /** The time for which a server is asked as fast as it answers, in milliseconds. */
  private static final long LOAD_MILLIS = 4000;

  /** The number of queries that wait for their answers meanwhile. */
  private static final int WINDOW = 64;

  private CacheTraining() {}

  /**
   * Runs the command lines: each argument is one, its words parted by blanks, the first of them the
   * exit codes, parted by commas. The last is run as {@link Main} does, on the process's own
   * streams, and ends the process. One that is {@value #FRONT} puts load on the server of {@code
   * up}, with the first certificate of the state directory.
   */
  public static void main(String[] lines) throws IOException, InterruptedException {
    Streams.Terminals terminals = Streams.ofProcess().terminals();
    int last = lines.length - 1;
    for (int i = 0; i < last; i++) {
      if (lines[i].equals(FRONT)) {
        loadFront();
        continue;
      }
      List<String> line = words(lines[i]);
      List<String> words = line.subList(1, line.size());
      Lines err = new Lines();
      ExitStatus status =
          words.contains("dns-server")
              ? serve(words, err, terminals)
              : run(words, OutputStream.nullOutputStream(), err, terminals);
      if (!List.of(line.getFirst().split(",", -1)).contains(Integer.toString(status.code()))) {
        fail(String.join(" ", words) + " ended with " + status.code() + "\n" + err);
      }
    }
    List<String> line = words(lines[last]);
    Main.main(line.subList(1, line.size()).toArray(String[]::new));
  }

  private static List<String> words(String line) {
    return List.of(line.split(" ", -1));
  }

  /** Ends the process before it can make a cache. */
  private static void fail(String why) {
    Streams.ofProcess().err().println("training failed: " + why);
    Runtime.getRuntime().halt(ExitStatus.BUG.code());
  }

  private static ExitStatus run(
      List<String> words, OutputStream out, OutputStream err, Streams.Terminals terminals) {
    Streams streams =
        new Streams(
            new ByteArrayInputStream(new byte[0]), out, err, terminals, StandardCharsets.UTF_8);
    Environment process = Environment.ofProcess();
    Environment environment =
        new Environment(
            process.variables(),
            process.home(),
            process.home(),
            process.platform(),
            process.superuser());
    return new CommandRunner(environment, streams).run(words);
  }

  private static void loadFront() {
    Path state = Path.of(Environment.ofProcess().variables().get("V6CERT_STATE_DIR"));
    try {
      Lineage sample = new CertificateStore(new StateDirectory(state)).loaded().getFirst();
      try (FrontTraining load = new FrontTraining(KeyedCertificate.of(sample), state)) {
        load.run();
      }
    } catch (Exception e) {
      fail(FRONT + ": " + e);
    }
  }

  /** Runs the server until it has answered for a while. */
  private static ExitStatus serve(List<String> words, Lines err, Streams.Terminals terminals)
      throws IOException, InterruptedException {
    Lines out = new Lines();
    FutureTask<ExitStatus> server = new FutureTask<>(() -> run(words, out, err, terminals));
    Thread thread = Thread.ofPlatform().daemon().start(server);
    String line = out.first(thread);
    if (line.startsWith(READY)) {
      String where = line.substring(READY.length()).split("[ ,]", -1)[0];
      int port = Integer.parseInt(where.substring(where.lastIndexOf(':') + 1));
      InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port);
      askByTcp(address);
      load(address);
      thread.interrupt();
    }
    try {
      return server.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void askByTcp(InetSocketAddress server) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.connect(server, ANSWER_MILLIS);
      DataInputStream in = new DataInputStream(socket.getInputStream());
      for (int type : RARE) {
        byte[] query = query("example", type);
        socket.getOutputStream().write(new byte[] {0, (byte) query.length});
        socket.getOutputStream().write(query);
        in.skipNBytes(in.readUnsignedShort());
      }
    }
  }

  /**
   * Asks for names of all forms and for what has none, many at a time. The first answers have to
   * come; one that is lost later ends it, and what was answered before has to do.
   */
  private static void load(InetSocketAddress server) throws IOException {
    RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    byte[] answer = new byte[512];
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.connect(server);
      for (int type : RARE) {
        send(socket, query("example", type));
        socket.receive(new DatagramPacket(answer, answer.length));
      }
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOAD_MILLIS);
      while (System.nanoTime() < end && askWindow(socket, random, answer)) {
        // Until then.
      }
    }
  }

  /** Asks as many as may wait for their answers; false when one of these is lost. */
  private static boolean askWindow(DatagramSocket socket, RandomGenerator random, byte[] answer)
      throws IOException {
    for (int i = 0; i < WINDOW; i++) {
      send(socket, query(anyName(random) + ".example", random.nextBoolean() ? A : AAAA));
    }
    try {
      for (int i = 0; i < WINDOW; i++) {
        socket.receive(new DatagramPacket(answer, answer.length));
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static String anyName(RandomGenerator random) {
    int bits = random.nextInt();
    return switch (random.nextInt(8)) {
      case 0, 1, 2 ->
          "%d-%d-%d-%d".formatted(bits >>> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255);
      case 3 -> "www.%d.%d.%d.%d".formatted(bits >>> 24, bits >> 16 & 255, bits >> 8 & 255, 1);
      case 4, 5 -> "2001-db8-%x-%x--%x".formatted(bits >>> 16, bits & 0xffff, bits & 0xff);
      case 6 -> "2001-0db8-0000-0000-0000-0000-%04x-%04x".formatted(bits >>> 16, bits & 0xffff);
      default -> "name-%x".formatted(bits);
    };
  }

  private static void send(DatagramSocket socket, byte[] query) throws IOException {
    socket.send(new DatagramPacket(query, query.length));
  }

  private static byte[] query(String name, int type) {
    ByteArrayOutputStream query = new ByteArrayOutputStream();
    query.writeBytes(new byte[] {1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    for (String label : name.split("\\.", -1)) {
      query.write(label.length());
      query.writeBytes(label.getBytes(StandardCharsets.US_ASCII));
    }
    query.writeBytes(new byte[] {0, 0, (byte) type, 0, 1});
    return query.toByteArray();
  }

  /** The output of a command, for a reader that waits for its first line. */
  private static final class Lines extends ByteArrayOutputStream {

    /** The first line; what there is when the command has ended before. */
    synchronized String first(Thread command) throws InterruptedException {
      while (command.isAlive() && toString(StandardCharsets.UTF_8).indexOf('\n') < 0) {
        wait(ANSWER_MILLIS);
      }
      return toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
    }

    @Override
    public synchronized String toString() {
      return toString(StandardCharsets.UTF_8);
    }

    @Override
    public synchronized void write(byte[] octets, int start, int count) {
      super.write(octets, start, count);
      notifyAll();
    }
  }
}
