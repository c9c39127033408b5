package dev.v6cert.proxy.upstream;

import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.conduits.ConduitStreamSinkChannel;
import org.xnio.conduits.ConduitStreamSourceChannel;

/** A connection to the upstream; used on its I/O thread only. */
final class UpstreamConnection {

  private final StreamConnection channel;
  private boolean reused;
  private long idleSince;

  UpstreamConnection(StreamConnection channel) {
    this.channel = channel;
  }

  StreamConnection channel() {
    return channel;
  }

  ConduitStreamSourceChannel source() {
    return channel.getSourceChannel();
  }

  ConduitStreamSinkChannel sink() {
    return channel.getSinkChannel();
  }

  /** Whether it served a request before: the upstream may have closed it just now. */
  boolean isReused() {
    return reused;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  long idleSince() {
    return idleSince;
  }

  /** Waits for its next use; what comes meanwhile, the end or anything else, ends it. */
  void park(long now) {
    reused = true;
    idleSince = now;
    sink().getWriteSetter().set(null);
    sink().suspendWrites();
    source().getReadSetter().set(_ -> close());
    source().resumeReads();
  }

  void close() {
    IoUtils.safeClose(channel);
  }
}
