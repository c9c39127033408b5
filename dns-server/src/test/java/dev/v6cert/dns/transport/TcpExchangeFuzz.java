package dev.v6cert.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.dns.guard.OctetBudget;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transport.TcpConnection.State;
import dev.v6cert.dns.wire.MessageHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Any stream in any segments, to a client that takes replies in any pieces: what it gets are the
 * answers to the frames of the stream in one piece, and nothing stays held.
 */
class TcpExchangeFuzz {
  private static final int LARGEST_SEGMENT = 4096;

  /** Answers with the message itself, and to some with many of it. */
  private static final MessageHandler ECHO =
      (message, _, _) -> ByteBuffer.wrap(reply(copy(message)));

  private static byte[] copy(ByteBuffer message) {
    byte[] octets = new byte[message.remaining()];
    message.get(message.position(), octets);
    return octets;
  }

  private static byte[] reply(byte[] message) {
    return message[0] == 'x' ? Arrays.copyOf(message, 60_000) : message;
  }

  /** The first octets say how the others are segmented. */
  @FuzzTest(maxDuration = "2h")
  void answersAnyStreamAlike(byte[] input) throws IOException {
    int plan = Math.min(input.length, 16);
    byte[] stream = new byte[input.length - plan];
    System.arraycopy(input, plan, stream, 0, stream.length);

    OctetBudget<TcpConnection> budget = new OctetBudget<>(Long.MAX_VALUE);
    TcpExchange exchange = new TcpExchange(ECHO, budget);
    Segmented socket = new Segmented(stream, input, plan);
    TcpConnection connection = new TcpConnection(socket, RunningServer.at("127.0.0.1", 4000));
    State state = State.IDLE;
    while (state != State.GONE && state != State.MALFORMED) {
      boolean isStuck = state == State.WRITE;
      long held = budget.held();
      state = exchange.serve(connection, TcpExchange.MOST_READ);
      assertThat(isStuck && held == 0).isFalse();
      assertThat(state == State.WRITE).isEqualTo(connection.output != null);
      if (state == State.IDLE) {
        assertThat(budget.held()).isZero();
      }
      connection.state = state;
    }
    assertThat(socket.written.toByteArray()).isEqualTo(answersTo(ByteBuffer.wrap(stream)));
    if (connection.input != null) {
      connection.input.release();
    }
    assertThat(budget.held()).isZero();
  }

  private static byte[] answersTo(ByteBuffer stream) {
    ByteArrayOutputStream answers = new ByteArrayOutputStream();
    while (stream.remaining() >= 2) {
      int length = stream.getShort() & 0xffff;
      if (length > stream.remaining() || length < MessageHeader.LENGTH) {
        break;
      }
      byte[] message = new byte[length];
      stream.get(message);
      byte[] reply = reply(message);
      answers.write(reply.length >>> 8);
      answers.write(reply.length);
      answers.writeBytes(reply);
    }
    return answers.toByteArray();
  }

  /** A stream whose reads and writes take as much as the plan says, in turns. */
  private static final class Segmented implements TcpSocket {
    private final ByteBuffer stream;
    private final byte[] plan;
    private final int turns;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private int turn;

    Segmented(byte[] stream, byte[] plan, int turns) {
      this.stream = ByteBuffer.wrap(stream);
      this.plan = plan;
      this.turns = turns;
    }

    private int size() {
      return turns == 0 ? LARGEST_SEGMENT : 1 + 16 * (plan[turn++ % turns] & 0xff);
    }

    @Override
    public int read(ByteBuffer target) {
      assertThat(target.hasRemaining()).isTrue();
      if (!stream.hasRemaining()) {
        return -1;
      }
      int count = Math.min(Math.min(target.remaining(), size()), stream.remaining());
      target.put(stream.slice(stream.position(), count));
      stream.position(stream.position() + count);
      return count;
    }

    @Override
    public void write(ByteBuffer source) {
      int count = Math.min(source.remaining(), 8 * size());
      for (int i = 0; i < count; i++) {
        written.write(source.get());
      }
    }

    @Override
    public void await(boolean room) {}

    @Override
    public void handOver(ReplyStream reply, StreamedReplies replies) {}

    @Override
    public void close() {}
  }
}
