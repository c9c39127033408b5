package dev.v6cert.dns.health;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;

/**
 * Asks a listener a real question, from a new port each time, so that all threads of the listener
 * get their turn. Comes with a cookie of the server once it has one, so no limit of others holds it
 * up; an empty answer that asks to come back over TCP is an answer, too.
 */
final class AddressProbe {
  private static final int PAYLOAD_SIZE = 1232;
  private static final int FIRST_WAIT_MILLIS = 100;
  private static final int LONGEST_WAIT_MILLIS = 500;
  private static final int TCP_WAIT_MILLIS = 1000;
  private static final int CLIENT_COOKIE = 8;

  private final InetSocketAddress target;
  private final Record question;
  private final byte[] clientCookie = new byte[CLIENT_COOKIE];
  private volatile CookieOption cookie;

  /** The end of a probe. */
  enum Result {
    ANSWERED,
    /** Asked, and not answered. */
    SILENT,
    /** This machine could not even ask. */
    NOT_ASKED
  }

  /**
   * A probe of the listener at {@code address}; one on a wildcard is asked at the loopback address.
   *
   * @param apex a name that the server is authoritative for
   */
  AddressProbe(InetSocketAddress address, Name apex) {
    InetAddress host = address.getAddress();
    String loopback = host instanceof Inet4Address ? "127.0.0.1" : "::1";
    target =
        host.isAnyLocalAddress()
            ? new InetSocketAddress(InetAddress.ofLiteral(loopback), address.getPort())
            : address;
    question = Record.newRecord(apex, Type.SOA, DClass.IN);
    new SecureRandom().nextBytes(clientCookie);
    cookie = new CookieOption(clientCookie);
  }

  /** Asks over UDP until there is an answer, or {@code deadline}, of System.nanoTime. */
  Result overUdp(long deadline) throws InterruptedException {
    Result result = Result.NOT_ASKED;
    int wait = FIRST_WAIT_MILLIS;
    for (int left = left(deadline); left > 0; left = left(deadline)) {
      wait = Math.min(wait, left);
      try (DatagramSocket socket = new DatagramSocket(own())) {
        socket.connect(target);
        Message query = query();
        byte[] octets = query.toWire();
        socket.send(new DatagramPacket(octets, octets.length));
        result = Result.SILENT;
        if (receives(socket, query, wait)) {
          return Result.ANSWERED;
        }
      } catch (PortUnreachableException e) {
        result = Result.SILENT;
        Thread.sleep(wait);
      } catch (IOException e) {
        Thread.sleep(wait);
      }
      wait = Math.min(2 * wait, LONGEST_WAIT_MILLIS);
    }
    return result;
  }

  /**
   * The address that is asked, as the asker's own: where the machine has lost it, the question does
   * not leave the machine, and counts as not asked.
   */
  private InetSocketAddress own() {
    return new InetSocketAddress(target.getAddress(), 0);
  }

  private boolean receives(DatagramSocket socket, Message query, int millis) throws IOException {
    long end = System.nanoTime() + millis * 1_000_000L;
    DatagramPacket packet = new DatagramPacket(new byte[PAYLOAD_SIZE], PAYLOAD_SIZE);
    try {
      for (int left = left(end); left > 0; left = left(end)) {
        socket.setSoTimeout(left);
        socket.receive(packet);
        if (isAnswer(Arrays.copyOf(packet.getData(), packet.getLength()), query)) {
          return true;
        }
      }
    } catch (SocketTimeoutException e) {
      // No answer in time.
    }
    return false;
  }

  /** Asks over TCP until there is an answer, or {@code deadline}, of System.nanoTime. */
  Result overTcp(long deadline) throws InterruptedException {
    Result result = Result.NOT_ASKED;
    for (int left = left(deadline); left > 0; left = left(deadline)) {
      int wait = Math.min(left, TCP_WAIT_MILLIS);
      long end = System.nanoTime() + wait * 1_000_000L;
      try (Socket socket = new Socket()) {
        socket.bind(own());
        socket.connect(target, wait);
        result = Result.SILENT;
        Message query = query();
        byte[] octets = query.toWire();
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        byte[] frame = new byte[octets.length + 2];
        frame[0] = (byte) (octets.length >>> 8);
        frame[1] = (byte) octets.length;
        System.arraycopy(octets, 0, frame, 2, octets.length);
        out.write(frame);
        socket.setSoTimeout(Math.max(left(end), 1));
        if (isAnswer(frame(socket.getInputStream()), query)) {
          return Result.ANSWERED;
        }
      } catch (SocketTimeoutException | ConnectException e) {
        result = Result.SILENT;
      } catch (IOException e) {
        // Closed for another client, perhaps; or there is no way to ask.
      }
      Thread.sleep(Math.min(FIRST_WAIT_MILLIS, Math.max(left(deadline), 0)));
    }
    return result;
  }

  private static byte[] frame(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    byte[] octets = new byte[data.readUnsignedShort()];
    data.readFully(octets);
    return octets;
  }

  private Message query() {
    Message query = Message.newQuery(question);
    query.getHeader().unsetFlag(Flags.RD);
    query.addRecord(new OPTRecord(PAYLOAD_SIZE, 0, 0, 0, cookie), Section.ADDITIONAL);
    return query;
  }

  private boolean isAnswer(byte[] octets, Message query) throws IOException {
    Message answer;
    try {
      answer = new Message(octets);
    } catch (WireParseException e) {
      return false;
    }
    if (answer.getHeader().getID() != query.getHeader().getID()
        || !answer.getHeader().getFlag(Flags.QR)
        || !question.equals(answer.getQuestion())) {
      return false;
    }
    cookieOf(answer).ifPresent(known -> cookie = known);
    return answer.getHeader().getRcode() == Rcode.NOERROR;
  }

  private Optional<CookieOption> cookieOf(Message answer) {
    OPTRecord opt = answer.getOPT();
    if (opt == null) {
      return Optional.empty();
    }
    return opt.getOptions(EDNSOption.Code.COOKIE).stream()
        .filter(CookieOption.class::isInstance)
        .map(CookieOption.class::cast)
        .filter(found -> Arrays.equals(found.getClientCookie(), clientCookie))
        .findFirst();
  }

  private static int left(long deadline) {
    return (int) ((deadline - System.nanoTime()) / 1_000_000);
  }
}
