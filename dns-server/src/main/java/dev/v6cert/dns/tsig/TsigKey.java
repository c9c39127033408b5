package dev.v6cert.dns.tsig;

import java.io.IOException;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.TSIG;

/**
 * A key that a client and this server share.
 *
 * @param name the name of the key
 * @param algorithm the algorithm as a name, such as {@code hmac-sha256.}
 * @param tsig signs and verifies
 */
public record TsigKey(Name name, Name algorithm, TSIG tsig) {

  /** Whether another key accepts the signatures of this one. */
  boolean isAcceptedBy(TsigKey other) {
    Message message = new Message();
    tsig.apply(message, null);
    byte[] octets = message.toWire();
    try {
      return other.tsig.verify(new Message(octets), octets, null) == Rcode.NOERROR;
    } catch (IOException e) {
      throw new AssertionError("a message that was just written", e);
    }
  }
}
