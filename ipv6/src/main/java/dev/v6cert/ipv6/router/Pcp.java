package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The Port Control Protocol, opcode MAP (RFC 6887 section 11): for IPv6 a hole in the firewall, for
 * IPv4 a mapping of a port.
 */
final class Pcp {

  /** The result codes of RFC 6887 section 7.4 that are told apart. */
  static final int SUCCESS = 0;

  static final int UNSUPPORTED_VERSION = 1;
  static final int NETWORK_FAILURE = 7;
  static final int NO_RESOURCES = 8;
  static final int CANNOT_PROVIDE_EXTERNAL = 11;

  private static final int SERVER_PORT = 5351;
  private static final byte VERSION = 2;
  private static final byte MAP = 1;
  private static final int RESPONSE = 0x80;
  private static final int HEADER = 24;
  private static final int LENGTH = HEADER + 36;
  private static final int NONCE = 12;
  private static final int PREFER_FAILURE = 2;
  private static final int OPTION = 4;
  private static final int MAX_OCTETS = 1100;
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** The pauses before each repetition. A router on the link answers within milliseconds. */
  private static final int[] WAITS_MILLIS = {250, 500, 1000, 2000};

  private final InetAddress router;
  private final IpAddress address;
  private final int port;
  private final int outerPort;
  private final IpProtocol transport;

  /** The same in all requests about one mapping: it proves that they are from us. */
  private final byte[] nonce;

  /**
   * A mapping of {@code outerPort} to {@code port} of {@code address}. For IPv4 no other outer port
   * will do: without the option PREFER_FAILURE some routers go through all the others first.
   */
  Pcp(InetAddress router, IpAddress address, int port, int outerPort, IpProtocol transport) {
    this.transport = transport;
    this.router = router;
    this.address = address;
    this.port = port;
    this.outerPort = outerPort;
    this.nonce = nonce();
  }

  /**
   * The nonce of this mapping until the machine boots: a run after one that was killed must have
   * the same, or the router refuses it until the lease is over (RFC 6887 section 11.3). Nobody
   * beyond this machine knows the boot's random id.
   */
  private byte[] nonce() {
    try {
      String boot = Files.readString(BOOT_ID).strip();
      String mapping = boot + " " + address + " " + port + " " + outerPort;
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(mapping.getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(hash, NONCE);
    } catch (IOException | NoSuchAlgorithmException e) {
      byte[] octets = new byte[NONCE];
      new SecureRandom().nextBytes(octets);
      return octets;
    }
  }

  /**
   * The router's answer.
   *
   * @param result 0 for success
   * @param lifetime how long it holds
   * @param outside the outer address, where the answer has one; some refusals have one, too
   * @param port the outer port
   */
  record Answer(int result, Duration lifetime, Optional<IpAddress> outside, int port) {

    /** The result in words. */
    String reason() {
      return switch (result) {
        case UNSUPPORTED_VERSION -> "it does not speak version 2";
        case 2 -> "not authorized";
        case 4 -> "it does not do this";
        case NETWORK_FAILURE -> "its network fails";
        case NO_RESOURCES -> "it has no room";
        case 9 -> "not for this protocol";
        case 10 -> "too many mappings";
        case CANNOT_PROVIDE_EXTERNAL -> "it cannot open this port";
        case 12 -> "the address is changed on the way";
        default -> "result " + result;
      };
    }
  }

  /**
   * Asks for the mapping, or to keep it.
   *
   * @throws RouterException when the router does not answer
   */
  Answer map(Duration lifetime) throws IOException {
    try (DatagramSocket socket = connect()) {
      DatagramPacket answer = new DatagramPacket(new byte[MAX_OCTETS], MAX_OCTETS);
      for (int waitMillis : WAITS_MILLIS) {
        socket.send(request((int) lifetime.toSeconds()));
        long end = System.nanoTime() + waitMillis * 1_000_000L;
        try {
          while (true) {
            socket.setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
            socket.receive(answer);
            byte[] octets = Arrays.copyOf(answer.getData(), answer.getLength());
            if (isOfNatPmp(octets)) {
              throw new RouterException("the router does not have it");
            }
            Optional<Answer> ours = read(octets);
            if (ours.isPresent()) {
              return ours.get();
            }
            if (System.nanoTime() - end >= 0) {
              break;
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

  /**
   * Gives the mapping up; that the router does not answer is no failure, for the lease is short.
   */
  void release() {
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
    boolean exact = address instanceof Ipv4Address && lifetime > 0;
    ByteBuffer request = ByteBuffer.allocate(LENGTH + (exact ? OPTION : 0));
    request.put(VERSION).put(MAP).putShort((short) 0).putInt(lifetime).put(wide(address));
    request.put(nonce).put((byte) transport.number()).put(new byte[3]);
    request.putShort((short) port).putShort((short) outerPort);
    request.put(suggested(lifetime));
    if (exact) {
      request.put((byte) PREFER_FAILURE);
    }
    return new DatagramPacket(request.array(), request.capacity());
  }

  private byte[] suggested(int lifetime) {
    if (address instanceof Ipv4Address) {
      return wide(new Ipv4Address(0)); // All zeros of the family: any.
    }
    return lifetime == 0 ? new byte[16] : wide(address);
  }

  /** The 16 octets of an address, of IPv4 as {@code ::ffff:a.b.c.d} (RFC 6887 section 5). */
  private static byte[] wide(IpAddress address) {
    return switch (address) {
      case Ipv6Address v6 -> v6.octets();
      case Ipv4Address v4 ->
          ByteBuffer.allocate(16).putLong(0).putInt(0xffff).putInt(v4.bits()).array();
    };
  }

  /** Whether it is the answer of a router with NAT-PMP alone (RFC 6886 section 3.5). */
  private static boolean isOfNatPmp(byte[] octets) {
    return octets.length >= 4
        && octets[0] == 0
        && (octets[1] & RESPONSE) != 0
        && octets[2] == 0
        && octets[3] == UNSUPPORTED_VERSION;
  }

  /** An answer to our request; empty for anything else. */
  Optional<Answer> read(byte[] octets) {
    if (octets.length < HEADER || (octets[1] & 0xff) != (RESPONSE | MAP)) {
      return Optional.empty();
    }
    ByteBuffer answer = ByteBuffer.wrap(octets);
    int result = octets[3] & 0xff;
    Duration lifetime = Duration.ofSeconds(Integer.toUnsignedLong(answer.getInt(4)));
    if (octets.length < LENGTH) { // An error may come without the rest.
      return result == SUCCESS
          ? Optional.empty()
          : Optional.of(new Answer(result, lifetime, Optional.empty(), 0));
    }
    if (!Arrays.equals(nonce, 0, NONCE, octets, HEADER, HEADER + NONCE)) {
      return Optional.empty();
    }
    return Optional.of(
        new Answer(
            result,
            lifetime,
            Optional.of(outside(Arrays.copyOfRange(octets, LENGTH - 16, LENGTH))),
            answer.getShort(LENGTH - 18) & 0xffff));
  }

  private static IpAddress outside(byte[] octets) {
    Ipv6Address wide = Ipv6Address.of(octets);
    return wide.high() == 0 && wide.low() >>> Integer.SIZE == 0xffff
        ? new Ipv4Address((int) wide.low())
        : wide;
  }
}
