package dev.v6cert.proxy.inspect;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.Consumer;
import org.xnio.channels.StreamSinkChannel;
import org.xnio.channels.StreamSourceChannel;
import org.xnio.conduits.AbstractStreamSinkConduit;
import org.xnio.conduits.AbstractStreamSourceConduit;
import org.xnio.conduits.StreamSinkConduit;
import org.xnio.conduits.StreamSourceConduit;

/** Conduits that let the content of a message through, and show it to a listener on the way. */
final class RecordingConduits {

  private RecordingConduits() {}

  /** A step that moves content, and returns the number of octets. */
  private interface Move<N> {
    N move() throws IOException;
  }

  /**
   * The recording of one message.
   *
   * @param body counts content that passes without being seen
   * @param listener takes the rest
   */
  private record Recording(RecordedBody body, Consumer<ByteBuffer> listener) {

    int of(ByteBuffer buffer, Move<Integer> move) throws IOException {
      int start = buffer.position();
      int count = move.move();
      show(buffer, start);
      return count;
    }

    long of(ByteBuffer[] buffers, int offset, int length, Move<Long> move) throws IOException {
      int[] starts = new int[length];
      for (int i = 0; i < length; i++) {
        starts[i] = buffers[offset + i].position();
      }
      long count = move.move();
      for (int i = 0; i < length; i++) {
        show(buffers[offset + i], starts[i]);
      }
      return count;
    }

    /** The part of the buffer that was moved, shown again. */
    private void show(ByteBuffer buffer, int start) {
      if (buffer.position() > start) {
        listener.accept(buffer.duplicate().position(start).limit(buffer.position()));
      }
    }

    long unseen(Move<Long> move) throws IOException {
      long moved = move.move();
      body.skip(Math.max(moved, 0));
      return moved;
    }
  }

  /** The content of a request, which is read. */
  static final class Source extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private final Recording recording;

    Source(StreamSourceConduit next, RecordedBody body, Consumer<ByteBuffer> listener) {
      super(next);
      this.recording = new Recording(body, listener);
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      return recording.of(to, () -> super.read(to));
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
      return recording.of(to, offset, length, () -> super.read(to, offset, length));
    }

    @Override
    public long transferTo(long position, long count, FileChannel target) throws IOException {
      return recording.unseen(() -> super.transferTo(position, count, target));
    }

    @Override
    public long transferTo(long count, ByteBuffer through, StreamSinkChannel target)
        throws IOException {
      return recording.unseen(() -> super.transferTo(count, through, target));
    }
  }

  /** The content of a response, which is written. */
  static final class Sink extends AbstractStreamSinkConduit<StreamSinkConduit> {
    private final Recording recording;

    Sink(StreamSinkConduit next, RecordedBody body, Consumer<ByteBuffer> listener) {
      super(next);
      this.recording = new Recording(body, listener);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      return recording.of(from, () -> super.write(from));
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
      return recording.of(from, offset, length, () -> super.write(from, offset, length));
    }

    @Override
    public int writeFinal(ByteBuffer from) throws IOException {
      return recording.of(from, () -> super.writeFinal(from));
    }

    @Override
    public long writeFinal(ByteBuffer[] from, int offset, int length) throws IOException {
      return recording.of(from, offset, length, () -> super.writeFinal(from, offset, length));
    }

    @Override
    public long transferFrom(FileChannel source, long position, long count) throws IOException {
      return recording.unseen(() -> super.transferFrom(source, position, count));
    }

    @Override
    public long transferFrom(StreamSourceChannel source, long count, ByteBuffer through)
        throws IOException {
      return recording.unseen(() -> super.transferFrom(source, count, through));
    }
  }
}
