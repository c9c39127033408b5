package dev.v6cert.testing;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that must be told their port before they start. They are below the range from
 * which the kernel picks the ports of clients and of listeners on port 0, so that no connection of
 * another test takes one between the look and the bind.
 */
public final class FreePorts {
  private static final Path EPHEMERAL = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
  private static final int LOWEST = 10_000;
  private static final int USUAL_FIRST_EPHEMERAL = 32_768;
  private static final int ATTEMPTS = 1_000;

  private FreePorts() {}

  /**
   * A port that nobody listens on now, with UDP or TCP, on any address of either family.
   *
   * @return 10,000 to 32,767 where the kernel's own range is the usual one
   */
  public static int next() throws IOException {
    int end = Math.max(firstEphemeral(), LOWEST + ATTEMPTS);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, end);
      if (isFree(port)) {
        return port;
      }
    }
    throw new IOException("no port from " + LOWEST + " to " + (end - 1) + " is free");
  }

  private static boolean isFree(int port) {
    InetSocketAddress everywhere = new InetSocketAddress((InetAddress) null, port);
    try (ServerSocket tcp = new ServerSocket();
        DatagramSocket _ = new DatagramSocket(everywhere)) {
      tcp.bind(everywhere);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int firstEphemeral() throws IOException {
    if (!Files.exists(EPHEMERAL)) {
      return USUAL_FIRST_EPHEMERAL;
    }
    try (Scanner range = new Scanner(EPHEMERAL, StandardCharsets.US_ASCII)) {
      return range.nextInt();
    }
  }
}
