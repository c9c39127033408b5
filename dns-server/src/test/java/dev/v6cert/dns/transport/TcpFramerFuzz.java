package dev.v6cert.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Any stream in any segments: the frames are those of the stream in one piece. */
class TcpFramerFuzz {
  private static final int LARGEST_SEGMENT = 4096;

  /** The first octets say how the others are segmented. */
  @FuzzTest(maxDuration = "2h")
  void cutsAnyStreamAlike(byte[] input) throws IOException {
    int plan = Math.min(input.length, 16);
    byte[] stream = new byte[input.length - plan];
    System.arraycopy(input, plan, stream, 0, stream.length);

    List<ByteBuffer> frames = new ArrayList<>();
    TcpFramer framer = new TcpFramer();
    InputStream segments = new Segmented(stream, input, plan);
    boolean open = true;
    while (open) {
      switch (framer.next()) {
        case TcpFramer.Message(ByteBuffer content) ->
            frames.add(ByteBuffer.allocate(content.remaining()).put(content).flip());
        case TcpFramer.Incomplete _ -> open = framer.fill(segments);
      }
    }
    assertThat(frames).isEqualTo(framesOf(ByteBuffer.wrap(stream)));
  }

  private static List<ByteBuffer> framesOf(ByteBuffer stream) {
    List<ByteBuffer> frames = new ArrayList<>();
    while (stream.remaining() >= 2) {
      int length = stream.getShort() & 0xffff;
      if (length > stream.remaining()) {
        break;
      }
      frames.add(stream.slice(stream.position(), length));
      stream.position(stream.position() + length);
    }
    return frames;
  }

  /** A stream whose reads return as much as the plan says, in turns. */
  private static final class Segmented extends ByteArrayInputStream {
    private final byte[] plan;
    private final int turns;
    private int turn;

    Segmented(byte[] stream, byte[] plan, int turns) {
      super(stream);
      this.plan = plan;
      this.turns = turns;
    }

    @Override
    public synchronized int read(byte[] target, int from, int length) {
      assertThat(length).isPositive();
      int size = turns == 0 ? LARGEST_SEGMENT : 1 + 16 * (plan[turn++ % turns] & 0xff);
      return super.read(target, from, Math.min(length, size));
    }
  }
}
