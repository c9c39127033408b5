package dev.v6cert.dns.transfer;

import dev.v6cert.dns.challenge.ChallengeZone;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.tsig.TsigKey;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Tells one secondary of changes (RFC 1996), on a thread of its own: at once after the first one,
 * and then as often as {@link #PAUSE} lets it. A secondary without a reply that is signed by the
 * same key is told again after one, two, four and more seconds, up to a minute, however much
 * changes meanwhile.
 */
final class Notifier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

  /** Changes within this time are told together. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final Duration REPLY = Duration.ofSeconds(1);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(1);

  /** So many failures in a row are told to the operator. */
  private static final int TOLD = 3;

  private static final int LARGEST = 4096;

  private final ChallengeZone zone;
  private final RecordStore store;
  private final InetSocketAddress secondary;
  private final TsigKey key;
  private final Optional<InetAddress> source;
  private final Consumer<String> warnings;
  private final Semaphore changes = new Semaphore(0);
  private final Thread thread = Thread.ofVirtual().name("dns-notify").unstarted(this::run);
  private int failures;

  /**
   * A notifier that is not started.
   *
   * @param source the address that it sends from; the system's choice where empty
   * @param warnings told when the secondary does not reply, and when it does again
   */
  Notifier(
      ChallengeZone zone,
      RecordStore store,
      InetSocketAddress secondary,
      TsigKey key,
      Optional<InetAddress> source,
      Consumer<String> warnings) {
    this.zone = zone;
    this.store = store;
    this.secondary = secondary;
    this.key = key;
    this.source = source;
    this.warnings = warnings;
  }

  void start() {
    store.onChange(changes::release);
    thread.start();
  }

  private void run() {
    try {
      long told = tell(); // Changes of the last run may not have been told.
      while (true) {
        if (failures == 0) {
          changes.acquire();
          int _ = changes.drainPermits();
          told = store.serial() == told ? told : tell();
          Thread.sleep(PAUSE);
        } else {
          Thread.sleep(retry());
          int _ = changes.drainPermits(); // They are told with this.
          told = tell();
        }
      }
    } catch (InterruptedException e) {
      // The server ends.
    }
  }

  private Duration retry() {
    long seconds = FIRST_RETRY.toSeconds() << Math.min(failures - 1, 6);
    return seconds < LONGEST_RETRY.toSeconds() ? Duration.ofSeconds(seconds) : LONGEST_RETRY;
  }

  /** Sends a NOTIFY, and counts whether it was taken; the serial that it told. */
  private long tell() throws InterruptedException {
    long serial = store.serial();
    try {
      send();
      if (failures >= TOLD) {
        warnings.accept("the secondary " + text() + " takes NOTIFY again");
      }
      failures = 0;
    } catch (IOException | RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      LOG.debug("NOTIFY to {}", secondary, e);
      failures++;
      if (failures == TOLD) {
        warnings.accept(
            "the secondary "
                + text()
                + " does not take NOTIFY: "
                + reason(e)
                + "; it is told again, and asks by itself every ten minutes");
      }
    }
    return serial;
  }

  private static String reason(Exception e) {
    return e instanceof SocketTimeoutException
        ? "no reply"
        : Optional.ofNullable(e.getMessage()).orElse(e.toString());
  }

  private String text() {
    String address = secondary.getAddress().getHostAddress();
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + secondary.getPort();
  }

  private void send() throws IOException {
    Message notify = new Message();
    notify.getHeader().setOpcode(Opcode.NOTIFY);
    notify.getHeader().setFlag(Flags.AA);
    notify.addRecord(Record.newRecord(zone.apex(), Type.SOA, DClass.IN), Section.QUESTION);
    notify.addRecord(zone.soa(), Section.ANSWER);
    key.tsig().apply(notify, null);
    byte[] octets = notify.toWire(LARGEST);
    InetSocketAddress from =
        source
            .map(address -> new InetSocketAddress(address, 0))
            .orElseGet(() -> new InetSocketAddress(0));
    try (DatagramSocket socket = new DatagramSocket(from)) {
      socket.connect(secondary);
      socket.send(new DatagramPacket(octets, octets.length));
      awaitReply(socket, notify);
    }
  }

  /** Waits for a good reply, and passes over others: anybody may have sent these. */
  private void awaitReply(DatagramSocket socket, Message notify) throws IOException {
    String seen = "";
    long end = System.nanoTime() + REPLY.toNanos();
    for (long left = REPLY.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
      socket.setSoTimeout((int) left);
      DatagramPacket packet = new DatagramPacket(new byte[LARGEST], LARGEST);
      try {
        socket.receive(packet);
      } catch (SocketTimeoutException e) {
        break;
      }
      byte[] received = Arrays.copyOf(packet.getData(), packet.getLength());
      Optional<String> fault = fault(received, notify);
      if (fault.isEmpty()) {
        return;
      }
      seen = fault.get();
    }
    throw seen.isEmpty() ? new SocketTimeoutException() : new IOException(seen);
  }

  private Optional<String> fault(byte[] received, Message notify) {
    Message reply;
    try {
      reply = new Message(received);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of("its reply is not a message");
    }
    if (reply.getHeader().getID() != notify.getHeader().getID()
        || !reply.getHeader().getFlag(Flags.QR)) {
      return Optional.of("its reply is to something else");
    }
    if (reply.getHeader().getRcode() != Rcode.NOERROR) {
      return Optional.of("its reply is " + Rcode.string(reply.getHeader().getRcode()));
    }
    boolean signed =
        reply.getTSIG() != null
            && key.tsig().verify(reply, received, notify.getTSIG()) == Rcode.NOERROR;
    return signed ? Optional.empty() : Optional.of("its reply is not signed by the same key");
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
