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

/** Lets the content of a message through, and shows it to a listener on the way. */
final class BodyTap {

  private BodyTap() {}

  /** The part of the buffer that was moved, shown again. */
  private static void show(ByteBuffer buffer, int start, Consumer<ByteBuffer> listener) {
    if (buffer.position() > start) {
      listener.accept(buffer.duplicate().position(start).limit(buffer.position()));
    }
  }

  private static int[] starts(ByteBuffer[] buffers, int offset, int length) {
    int[] starts = new int[length];
    for (int i = 0; i < length; i++) {
      starts[i] = buffers[offset + i].position();
    }
    return starts;
  }

  private static void show(
      ByteBuffer[] buffers, int offset, int[] starts, Consumer<ByteBuffer> listener) {
    for (int i = 0; i < starts.length; i++) {
      show(buffers[offset + i], starts[i], listener);
    }
  }

  /** The content of a request, which is read. */
  static final class Source extends AbstractStreamSourceConduit<StreamSourceConduit> {
    private final Consumer<ByteBuffer> listener;
    private final RecordedBody body;

    Source(StreamSourceConduit next, RecordedBody body, Consumer<ByteBuffer> listener) {
      super(next);
      this.body = body;
      this.listener = listener;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      int start = to.position();
      int count = super.read(to);
      show(to, start, listener);
      return count;
    }

    @Override
    public long read(ByteBuffer[] to, int offset, int length) throws IOException {
      int[] starts = starts(to, offset, length);
      long count = super.read(to, offset, length);
      show(to, offset, starts, listener);
      return count;
    }

    @Override
    public long transferTo(long position, long count, FileChannel target) throws IOException {
      long moved = super.transferTo(position, count, target);
      body.skip(Math.max(moved, 0));
      return moved;
    }

    @Override
    public long transferTo(long count, ByteBuffer through, StreamSinkChannel target)
        throws IOException {
      long moved = super.transferTo(count, through, target);
      body.skip(Math.max(moved, 0));
      return moved;
    }
  }

  /** The content of a response, which is written. */
  static final class Sink extends AbstractStreamSinkConduit<StreamSinkConduit> {
    private final Consumer<ByteBuffer> listener;
    private final RecordedBody body;

    Sink(StreamSinkConduit next, RecordedBody body, Consumer<ByteBuffer> listener) {
      super(next);
      this.body = body;
      this.listener = listener;
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      int start = from.position();
      int count = super.write(from);
      show(from, start, listener);
      return count;
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
      int[] starts = starts(from, offset, length);
      long count = super.write(from, offset, length);
      show(from, offset, starts, listener);
      return count;
    }

    @Override
    public int writeFinal(ByteBuffer from) throws IOException {
      int start = from.position();
      int count = super.writeFinal(from);
      show(from, start, listener);
      return count;
    }

    @Override
    public long writeFinal(ByteBuffer[] from, int offset, int length) throws IOException {
      int[] starts = starts(from, offset, length);
      long count = super.writeFinal(from, offset, length);
      show(from, offset, starts, listener);
      return count;
    }

    @Override
    public long transferFrom(FileChannel source, long position, long count) throws IOException {
      long moved = super.transferFrom(source, position, count);
      body.skip(Math.max(moved, 0));
      return moved;
    }

    @Override
    public long transferFrom(StreamSourceChannel source, long count, ByteBuffer through)
        throws IOException {
      long moved = super.transferFrom(source, count, through);
      body.skip(Math.max(moved, 0));
      return moved;
    }
  }
}
