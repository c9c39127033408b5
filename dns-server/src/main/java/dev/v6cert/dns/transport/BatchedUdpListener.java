package dev.v6cert.dns.transport;

import dev.v6cert.dns.transport.linux.DatagramBatch;
import dev.v6cert.dns.transport.linux.LinuxCalls;
import dev.v6cert.dns.transport.linux.LinuxUdpSocket;
import dev.v6cert.dns.transport.linux.ReturnAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/** Answers datagrams in batches, with two system calls for each, on Linux. */
final class BatchedUdpListener extends UdpListener {
  /** The number of times that the replies of a batch are sent again after a passing refusal. */
  private static final int MOST_RETRIES = 8;

  private final LinuxUdpSocket socket;
  private final byte[] octets = new byte[LARGEST_MESSAGE];
  private final ByteBuffer message = ByteBuffer.wrap(octets);
  private final ByteBuffer scratch = ByteBuffer.allocate(LARGEST_MESSAGE);
  private volatile boolean closed;

  private BatchedUdpListener(LinuxUdpSocket socket, MessageHandler handler, TransportHealth health)
      throws IOException {
    super(socket.port(), handler, health);
    this.socket = socket;
  }

  static BatchedUdpListener bind(
      InetSocketAddress address, boolean shared, MessageHandler handler, TransportHealth health)
      throws IOException {
    LinuxUdpSocket socket = LinuxUdpSocket.bind(address, shared);
    try {
      return new BatchedUdpListener(socket, handler, health);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  void run() {
    try (socket;
        DatagramBatch batch = new DatagramBatch()) {
      while (!closed) {
        try {
          round(batch);
        } catch (Throwable t) { // A fault must not end one of the few threads that answer.
          health.failed(t);
          activity.fails();
          LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }
      }
    }
  }

  private void round(DatagramBatch batch) {
    int count = batch.receive(socket);
    if (closed) {
      return;
    }
    activity.works();
    try {
      for (int slot = 0; slot < count; slot++) {
        answerOrDrop(batch, slot);
      }
      fast.flush();
      if (batch.replyCount() > 0) {
        send(batch);
      }
    } finally {
      if (count > 0) {
        batch.reset(count);
      }
    }
    if (count <= 0 && count != -LinuxCalls.EINTR && count != -LinuxCalls.EAGAIN) {
      activity.fails();
      LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
    } else {
      activity.waits();
    }
  }

  /** A fault of ours costs one query and not a thread; the client asks again. */
  private void answerOrDrop(DatagramBatch batch, int slot) {
    try {
      if (batch.hasSender(slot)) {
        answer(batch, slot);
      }
      health.progressed();
    } catch (OutOfMemoryError e) {
      health.failed(e);
      LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
    } catch (Throwable t) {
      health.failed(t);
    }
  }

  private void answer(DatagramBatch batch, int slot) {
    int length = batch.length(slot);
    batch.copy(slot, octets, length);
    int written = fast.handle(octets, 0, length, batch.senderHigh(slot), batch.senderLow(slot));
    if (written > 0) {
      batch.reply(slot, octets, written);
    } else if (written == FastHandler.DECLINED) {
      Peer peer = new Peer(batch.sender(slot), Transport.UDP);
      ByteBuffer reply =
          handler.handle(
              message.clear().limit(length),
              peer,
              scratch.clear(),
              late -> later(late, batch.returnAddress(slot)));
      if (reply.hasRemaining()) {
        batch.reply(slot, reply);
      }
    }
  }

  private void later(ReplyStream reply, ReturnAddress client) {
    writeLater(reply, sent -> client.send(socket, sent));
  }

  /** Sends all replies, but for those that the system refuses to send: their clients ask again. */
  private void send(DatagramBatch batch) {
    int first = 0;
    int retries = 0;
    while (first < batch.replyCount() && !closed) {
      int sent = batch.send(socket, first);
      if (sent > 0) {
        first += sent;
      } else if ((sent == -LinuxCalls.EINTR || sent == -LinuxCalls.EAGAIN)
          && retries < MOST_RETRIES) {
        retries++;
      } else {
        if (sent == -LinuxCalls.ENOBUFS || sent == -LinuxCalls.ENOMEM) {
          LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
        }
        first++; // An unreachable client, or a firewall's verdict; it concerns this reply alone.
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    if (thread().getState() == Thread.State.NEW) {
      socket.close();
    } else {
      socket.stopReceiving();
    }
  }
}
