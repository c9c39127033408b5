package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/** The Port Control Protocol, opcode MAP (RFC 6887 section 11). */
final class Pcp implements Pinhole.Protocol {

  private static final int SERVER_PORT = 5351;
  private static final byte VERSION = 2;
  private static final byte MAP = 1;
  private static final int RESPONSE = 0x80;
  private static final byte TCP = 6;
  private static final int HEADER = 24;
  private static final int LENGTH = HEADER + 36;
  private static final int NONCE = 12;

  /** The pauses before each repetition. A router on the link answers within milliseconds. */
  private static final int[] PATIENCE_MILLIS = {250, 500, 1000, 2000};

  private final InetAddress router;
  private final Ipv6Address address;
  private final int port;

  /** The same in all requests about one hole: it proves that they are from us. */
  private final byte[] nonce = new byte[NONCE];

  Pcp(InetAddress router, Ipv6Address address, int port) {
    this.router = router;
    this.address = address;
    this.port = port;
    new SecureRandom().nextBytes(nonce);
  }

  @Override
  public String name() {
    return "PCP";
  }

  @Override
  public void open() throws IOException {
    try (DatagramSocket socket = connect()) {
      DatagramPacket answer = new DatagramPacket(new byte[1100], 1100);
      for (int timeLimit : PATIENCE_MILLIS) {
        socket.send(request((int) Pinhole.LEASE.toSeconds()));
        socket.setSoTimeout(timeLimit);
        try {
          while (true) {
            socket.receive(answer);
            if (isOurs(answer)) {
              check(answer);
              return;
            }
          }
        } catch (SocketTimeoutException e) {
          // Asked again, or given up.
        }
      }
      throw new RouterException("the router does not answer");
    } catch (PortUnreachableException e) {
      throw new RouterException("the router does not have it");
    }
  }

  @Override
  public void close() {
    try (DatagramSocket socket = connect()) {
      socket.send(request(0));
    } catch (IOException e) {
      // The lease ends it.
    }
  }

  private DatagramSocket connect() throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address.toInetAddress(), 0));
    socket.connect(new InetSocketAddress(router, SERVER_PORT));
    return socket;
  }

  private DatagramPacket request(int lifetime) {
    ByteBuffer request = ByteBuffer.allocate(LENGTH);
    request.put(VERSION).put(MAP).putShort((short) 0).putInt(lifetime).put(address.octets());
    request.put(nonce).put(TCP).put(new byte[3]).putShort((short) port).putShort((short) port);
    request.put(lifetime == 0 ? new byte[16] : address.octets());
    return new DatagramPacket(request.array(), LENGTH);
  }

  private boolean isOurs(DatagramPacket answer) {
    byte[] octets = answer.getData();
    if (answer.getLength() < HEADER || (octets[1] & 0xff) != (RESPONSE | MAP)) {
      return false;
    }
    // An error may come without the rest.
    return answer.getLength() < LENGTH
        ? octets[3] != 0
        : Arrays.equals(nonce, 0, NONCE, octets, HEADER, HEADER + NONCE);
  }

  private void check(DatagramPacket answer) throws RouterException {
    ByteBuffer octets = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
    int result = octets.get(3) & 0xff;
    if (result != 0) {
      throw new RouterException("the router refuses: " + reason(result));
    }
    byte[] outside = new byte[16];
    octets.get(LENGTH - 16, outside);
    int outsidePort = octets.getShort(LENGTH - 18) & 0xffff;
    if (outsidePort != port || !Ipv6Address.of(outside).equals(address)) {
      throw new RouterException(
          "the router opens [" + Ipv6Address.of(outside) + "]:" + outsidePort + " instead");
    }
  }

  /** The result codes of RFC 6887 section 7.4. */
  private static String reason(int result) {
    return switch (result) {
      case 1 -> "it does not speak version 2";
      case 2 -> "not authorized";
      case 4 -> "it does not do this";
      case 7 -> "its network fails";
      case 8 -> "it has no room";
      case 9 -> "not for TCP";
      case 10 -> "too many holes";
      case 11 -> "it cannot open this port";
      case 12 -> "the address is changed on the way";
      default -> "result " + result;
    };
  }
}
