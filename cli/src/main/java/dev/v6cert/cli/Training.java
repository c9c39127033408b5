package dev.v6cert.cli;

import dev.v6cert.cli.setting.Surroundings;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Runs several command lines in one process, so that the JVM sees which classes they need and can
 * make a cache of them. What they print and how they end does not matter.
 */
final class Training {

  private static final String READY = "listening on ";
  private static final int ANSWER_MILLIS = 2000;
  private static final byte[] LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

  /** Queries for AAAA of 2001-db8--1.example and A of 192-0-2-1.example. */
  private static final List<byte[]> QUERIES =
      List.of(query("2001-db8--1", 28), query("192-0-2-1", 1));

  private Training() {}

  /**
   * Runs the command lines: each argument is one, its words parted by blanks. The last is run as
   * {@link Main} does, on the process's own streams, and ends the process.
   */
  public static void main(String[] lines) throws IOException, InterruptedException {
    Streams.Terminals terminals = Streams.ofProcess().terminals();
    int last = lines.length - 1;
    for (int i = 0; i < last; i++) {
      List<String> words = words(lines[i]);
      if (words.contains("dns-server")) {
        serve(words, terminals);
      } else {
        run(words, OutputStream.nullOutputStream(), terminals);
      }
    }
    Main.main(words(lines[last]).toArray(String[]::new));
  }

  private static List<String> words(String line) {
    return List.of(line.split(" ", -1));
  }

  private static void run(List<String> words, OutputStream out, Streams.Terminals terminals) {
    Streams streams =
        new Streams(
            new ByteArrayInputStream(new byte[0]),
            out,
            OutputStream.nullOutputStream(),
            terminals,
            StandardCharsets.UTF_8);
    new Program(Surroundings.ofProcess(), streams).run(words);
  }

  /** Runs the server until it has answered, over UDP. */
  private static void serve(List<String> words, Streams.Terminals terminals)
      throws IOException, InterruptedException {
    Lines out = new Lines();
    Thread server = Thread.ofPlatform().start(() -> run(words, out, terminals));
    String line = out.first(server);
    if (line.startsWith(READY)) {
      String where = line.substring(READY.length()).split("[ ,]", -1)[0];
      int port = Integer.parseInt(where.substring(where.lastIndexOf(':') + 1));
      try (DatagramSocket socket = new DatagramSocket()) {
        socket.setSoTimeout(ANSWER_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
        for (byte[] query : QUERIES) {
          socket.send(new DatagramPacket(query, query.length));
          socket.receive(new DatagramPacket(new byte[512], 512));
        }
      }
    }
    server.interrupt();
    server.join();
  }

  private static byte[] query(String label, int type) {
    ByteArrayOutputStream query = new ByteArrayOutputStream();
    query.writeBytes(new byte[] {1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0});
    for (String part : List.of(label, "example", "")) {
      query.write(part.length());
      query.writeBytes(part.getBytes(StandardCharsets.US_ASCII));
    }
    query.writeBytes(new byte[] {0, (byte) type, 0, 1});
    return query.toByteArray();
  }

  /** What a command prints, for one who waits for its first line. */
  private static final class Lines extends ByteArrayOutputStream {

    /** The first line; what there is when the command has ended before. */
    synchronized String first(Thread command) throws InterruptedException {
      while (command.isAlive() && toString(StandardCharsets.UTF_8).indexOf('\n') < 0) {
        wait(ANSWER_MILLIS);
      }
      return toString(StandardCharsets.UTF_8).lines().findFirst().orElse("");
    }

    @Override
    public synchronized void write(byte[] octets, int start, int count) {
      super.write(octets, start, count);
      notifyAll();
    }
  }
}
