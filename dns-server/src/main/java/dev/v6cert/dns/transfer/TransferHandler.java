package dev.v6cert.dns.transfer;

import dev.v6cert.dns.transport.ReplyStream;
import java.util.Optional;

/** Answers AXFR and IXFR queries. Called from the threads that answer queries. */
public interface TransferHandler {
  /** Gives nothing away. */
  TransferHandler NONE =
      new TransferHandler() {
        @Override
        public Optional<ReplyStream> stream(byte[] message) {
          return Optional.empty();
        }

        @Override
        public Optional<byte[]> reply(byte[] message) {
          return Optional.empty();
        }
      };

  /** The transfer that a query over TCP begins; empty where {@link #reply} has the answer. */
  Optional<ReplyStream> stream(byte[] message);

  /** The reply of one message: there is nothing new, or why not; empty without transfers. */
  Optional<byte[]> reply(byte[] message);
}
