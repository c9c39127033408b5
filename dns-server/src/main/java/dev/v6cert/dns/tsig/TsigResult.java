package dev.v6cert.dns.tsig;

import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;

/** The result of looking at the signature of a message. */
public sealed interface TsigResult {

  /** The octets are no message. */
  record Malformed() implements TsigResult {}

  /**
   * The message has no signature.
   *
   * @param message the message
   */
  record Unsigned(Message message) implements TsigResult {}

  /**
   * The signature proves nothing.
   *
   * @param reply the reply with the reason, rcode NOTAUTH
   */
  record Invalid(Message reply) implements TsigResult {
    private static final int LARGEST = 4096;

    /** The octets of the reply, in which TSIG is the last record (RFC 8945 section 5.1). */
    public byte[] octets() {
      boolean ready = reply.getTSIG() != null;
      return ready ? reply.toWire() : reply.toWire(LARGEST); // A limit signs, and moves OPT.
    }
  }

  /**
   * The signature is right.
   *
   * @param message the message
   * @param key the key that has signed it
   * @param signature the signature
   */
  record Verified(Message message, TsigKey key, TSIGRecord signature) implements TsigResult {

    /**
     * A signed reply, with TC where it does not fit.
     *
     * @param reply the reply without a signature
     * @param limit the most octets that it may have
     */
    public byte[] sign(Message reply, int limit) {
      reply.setTSIG(key.tsig(), Rcode.NOERROR, signature);
      return reply.toWire(limit); // Without a limit dnsjava would not sign.
    }

    /** Signs the messages of one reply, in their order (RFC 8945 section 5.3.1). */
    public TSIG.StreamGenerator stream() {
      return new TSIG.StreamGenerator(key.tsig(), signature);
    }
  }
}
