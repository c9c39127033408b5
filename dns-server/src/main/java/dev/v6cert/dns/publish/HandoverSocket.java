package dev.v6cert.dns.publish;

import dev.v6cert.ipv6.name.HostName;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/**
 * The socket over which a process hands TXT records to the DNS server that has port 53. A line is a
 * request, answered by {@code ok} or the reason why not: {@code zones NAME...} first, then {@code
 * add NAME VALUE} and {@code remove NAME VALUE}. What was added goes with the connection.
 *
 * <p>Whoever may write to the socket can prove the names to an authority: it is for the owner of
 * the process, and root, alone.
 */
public final class HandoverSocket implements AutoCloseable {

  static final String ZONES = "zones";
  static final String ADD = "add";
  static final String REMOVE = "remove";
  static final String OK = "ok";

  private static final String LABEL = "_acme-challenge.";
  private static final int MOST_CONNECTIONS = 16;
  private static final int MOST_ZONES = 200;
  private static final int LONGEST_LINE = 64 * 1024;
  private static final long PAUSE_NANOS = 200_000_000;

  private final Path path;
  private final ServerSocketChannel channel;
  private final HandoverRecords records;
  private final Semaphore places = new Semaphore(MOST_CONNECTIONS);

  private HandoverSocket(Path path, ServerSocketChannel channel, HandoverRecords records) {
    this.path = path;
    this.channel = channel;
    this.records = records;
  }

  /**
   * Listens at the path; empty where its directory is not there, or another server listens.
   *
   * @throws IOException when the socket cannot be made
   */
  public static Optional<HandoverSocket> listen(Path path, HandoverRecords records)
      throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (HandoverClient _ = HandoverClient.connect(path)) {
      return Optional.empty();
    } catch (IOException e) {
      Files.deleteIfExists(path); // Of a server that was killed.
    }
    ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    HandoverSocket socket = new HandoverSocket(path, channel, records);
    Thread.ofVirtual().name("handover").start(socket::accept);
    return Optional.of(socket);
  }

  private void accept() {
    while (channel.isOpen()) {
      try {
        SocketChannel client = channel.accept();
        if (places.tryAcquire()) {
          Thread.ofVirtual().name("handover-client").start(() -> serve(client));
        } else {
          client.close();
        }
      } catch (IOException e) {
        LockSupport.parkNanos(PAUSE_NANOS); // Closed, and the loop ends; or no descriptor is free.
      }
    }
  }

  private void serve(SocketChannel client) {
    Optional<TxtZones> zones = Optional.empty();
    try (client;
        BufferedReader in =
            new BufferedReader(Channels.newReader(client, StandardCharsets.US_ASCII))) {
      String line = line(in);
      while (!line.isEmpty()) {
        String reply;
        try {
          String[] words = line.split(" ", -1);
          if (zones.isEmpty()) {
            zones = Optional.of(records.open(apexes(words)));
          } else {
            change(words, zones.get());
          }
          reply = OK;
        } catch (IllegalArgumentException e) {
          reply = String.valueOf(e.getMessage());
        }
        client.write(encode(reply));
        line = line(in);
      }
    } catch (IOException e) {
      // Gone, and its records with it.
    } finally {
      zones.ifPresent(records::close);
      places.release();
    }
  }

  /** The next line; empty at the end. */
  private static String line(BufferedReader in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    while (next >= 0 && next != '\n' && line.length() < LONGEST_LINE) {
      line.append((char) next);
      next = in.read();
    }
    return line.toString();
  }

  private static List<HostName> apexes(String[] words) {
    if (words.length < 2 || words.length > MOST_ZONES || !words[0].equals(ZONES)) {
      throw new IllegalArgumentException("zones come first");
    }
    List<HostName> names = Arrays.stream(words).skip(1).map(HostName::of).toList();
    for (HostName name : names) {
      if (!name.text().startsWith(LABEL)) {
        throw new IllegalArgumentException(name + " does not begin with _acme-challenge");
      }
    }
    return names;
  }

  private static void change(String[] words, TxtZones zones) {
    if (words.length != 3 || !words[2].matches("[A-Za-z0-9_-]{43}")) {
      throw new IllegalArgumentException("a name and a value of 43 characters are needed");
    }
    HostName name = HostName.of(words[1]);
    switch (words[0]) {
      case ADD -> zones.add(name, words[2], false);
      case REMOVE -> zones.remove(name, words[2]);
      default -> throw new IllegalArgumentException("\"" + words[0] + "\" is not a request");
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(path);
    } catch (IOException e) {
      // The next server takes its place.
    }
  }

  static ByteBuffer encode(String line) {
    return StandardCharsets.US_ASCII.encode(line + "\n");
  }
}
