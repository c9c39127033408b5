package dev.v6cert.dns.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.TSIGRecord;

/** Turns signed queries down (RFC 8945 section 5.2.1): this server knows no key. */
public final class TsigRejection {
  private static final int BADKEY = 17;

  private TsigRejection() {}

  /** The response to the signed query in {@code message}. */
  public static Response response(ByteBuffer message) {
    byte[] octets = new byte[message.remaining()];
    message.get(message.position(), octets);
    Optional<TSIGRecord> signature = signature(octets);
    if (signature.isEmpty()) {
      return Response.of(Rcode.FORMERR);
    }
    TSIGRecord sent = signature.get();
    TSIGRecord error =
        new TSIGRecord(
            sent.getName(),
            sent.getDClass(),
            sent.getTTL(),
            sent.getAlgorithm(),
            sent.getTimeSigned(),
            sent.getFudge(),
            new byte[0],
            sent.getOriginalID(),
            BADKEY,
            new byte[0]);
    return new Response(Rcode.NOTAUTH, false, List.of(), List.of(), List.of(error), List.of());
  }

  private static Optional<TSIGRecord> signature(byte[] octets) {
    try {
      return Optional.ofNullable(new Message(octets).getTSIG());
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
