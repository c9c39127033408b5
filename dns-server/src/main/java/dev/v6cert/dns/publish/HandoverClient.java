package dev.v6cert.dns.publish;

import dev.v6cert.ipv6.name.HostName;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/** Hands TXT records to the DNS server of this machine, until it is closed. */
public final class HandoverClient implements AutoCloseable {

  private final SocketChannel channel;
  private final BufferedReader in;

  private HandoverClient(SocketChannel channel) {
    this.channel = channel;
    this.in = new BufferedReader(Channels.newReader(channel, StandardCharsets.US_ASCII));
  }

  /**
   * Connects to the socket of a server.
   *
   * @throws IOException when nobody listens there, or this user may not connect
   */
  public static HandoverClient connect(Path path) throws IOException {
    return new HandoverClient(SocketChannel.open(UnixDomainSocketAddress.of(path)));
  }

  /** Has the server answer for these names and those below; once, before anything is added. */
  public void zones(Collection<HostName> zones) throws IOException {
    ask(
        HandoverSocket.ZONES
            + " "
            + zones.stream().map(HostName::text).collect(Collectors.joining(" ")));
  }

  /** Adds a value; it is answered when this returns. */
  public void add(HostName name, String value) throws IOException {
    ask(HandoverSocket.ADD + " " + name.text() + " " + value);
  }

  /** Takes a value away. */
  public void remove(HostName name, String value) throws IOException {
    ask(HandoverSocket.REMOVE + " " + name.text() + " " + value);
  }

  private void ask(String request) throws IOException {
    var octets = HandoverSocket.encode(request);
    while (octets.hasRemaining()) {
      int _ = channel.write(octets);
    }
    String reply = in.readLine();
    if (!HandoverSocket.OK.equals(reply)) {
      throw new IOException(reply == null ? "the DNS server has ended" : reply);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The server notices the end of the process at the latest.
    }
  }
}
