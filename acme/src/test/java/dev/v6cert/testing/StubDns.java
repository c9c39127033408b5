package dev.v6cert.testing;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A DNS server that gives every name the one IPv6 address, and nothing else. UDP and TCP. */
public final class StubDns implements AutoCloseable {

  private static final int HEADER = 12;
  private static final short TYPE_AAAA = 28;

  private final byte[] address;
  private final DatagramSocket udp;
  private final ServerSocket tcp;

  private StubDns(byte[] address, DatagramSocket udp, ServerSocket tcp) {
    this.address = address;
    this.udp = udp;
    this.tcp = tcp;
  }

  /** Starts on a free port of ::1. */
  public static StubDns answering(String ipv6) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral("::1");
    int port = FreePorts.next();
    ServerSocket tcp = new ServerSocket(port, 50, loopback);
    DatagramSocket udp = new DatagramSocket(new InetSocketAddress(loopback, port));
    StubDns dns = new StubDns(InetAddress.ofLiteral(ipv6).getAddress(), udp, tcp);
    Thread.ofVirtual().start(dns::serveUdp);
    Thread.ofVirtual().start(dns::serveTcp);
    return dns;
  }

  /** The address as {@code host:port}. */
  public String hostAndPort() {
    return "[::1]:" + tcp.getLocalPort();
  }

  private void serveUdp() {
    byte[] buffer = new byte[4096];
    while (!udp.isClosed()) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      try {
        udp.receive(packet);
        byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()));
        udp.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
      } catch (IOException e) {
        // Closed, or the asker is gone.
      }
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try (Socket socket = tcp.accept()) {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        byte[] answer = answer(in.readNBytes(in.readUnsignedShort()));
        out.writeShort(answer.length);
        out.write(answer);
      } catch (IOException e) {
        // Closed, or the asker is gone.
      }
    }
  }

  private byte[] answer(byte[] query) {
    int end = HEADER;
    while (query[end] != 0) {
      end += query[end] + 1;
    }
    int question = end + 5;
    boolean aaaa = ByteBuffer.wrap(query).getShort(end + 1) == TYPE_AAAA;
    ByteBuffer answer = ByteBuffer.allocate(question + 28).put(query, 0, question);
    answer.putShort(2, (short) 0x8580).putShort(6, (short) (aaaa ? 1 : 0));
    answer.putShort(8, (short) 0).putShort(10, (short) 0);
    if (aaaa) {
      answer.putShort((short) 0xc00c).putShort(TYPE_AAAA).putShort((short) 1);
      answer.putInt(60).putShort((short) 16).put(address);
    }
    return Arrays.copyOf(answer.array(), answer.position());
  }

  /** Stops. */
  @Override
  public void close() throws IOException {
    udp.close();
    tcp.close();
  }
}
