package dev.v6cert.dns.tsig;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIGRecord;

/** The keys that a server knows. Safe for any number of threads. */
public final class TsigKeys {
  /** No keys. */
  public static final TsigKeys NONE = new TsigKeys(Map.of());

  private static final int PAYLOAD_SIZE = 1232;

  private final Map<Name, TsigKey> keys;

  private TsigKeys(Map<Name, TsigKey> keys) {
    this.keys = Map.copyOf(keys);
  }

  /** These keys, by their names. */
  public static TsigKeys of(Map<Name, TsigKey> keys) {
    return new TsigKeys(keys);
  }

  /** The name of a key that others have as well, with another algorithm or secret. */
  public Optional<String> conflict(TsigKeys others) {
    return keys.values().stream()
        .filter(key -> {
          TsigKey other = others.keys.get(key.name());
          return other != null && !key.isAcceptedBy(other);
        })
        .map(key -> key.name().toString(true))
        .sorted()
        .findFirst();
  }

  /** These keys and others; of two with one name, the key of these. */
  public TsigKeys and(TsigKeys others) {
    Map<Name, TsigKey> all = new HashMap<>(others.keys);
    all.putAll(keys);
    return new TsigKeys(all);
  }

  /** Whether there is none. */
  public boolean isEmpty() {
    return keys.isEmpty();
  }

  /** Whether one of these has the name of a key. */
  public boolean has(TsigKey key) {
    return keys.containsKey(key.name());
  }

  /** Looks at the signature of a message (RFC 8945 section 5.2). */
  public TsigResult verify(byte[] octets) {
    Message message;
    try {
      message = new Message(octets);
    } catch (IOException | IllegalArgumentException e) {
      return new TsigResult.Malformed();
    }
    TSIGRecord signature = message.getTSIG();
    if (signature == null) {
      return new TsigResult.Unsigned(message);
    }
    TsigKey key = keys.get(signature.getName());
    if (key == null || !key.algorithm().equals(signature.getAlgorithm())) {
      return new TsigResult.Invalid(
          unsigned(message, signature, Rcode.BADKEY, Optional.of(unknown(signature))));
    }
    int verdict = key.tsig().verify(message, octets, null);
    if (verdict == Rcode.NOERROR) {
      return new TsigResult.Verified(message, key, signature);
    }
    if (verdict != Rcode.BADTIME) {
      return new TsigResult.Invalid(unsigned(message, signature, Rcode.BADSIG, Optional.empty()));
    }
    Message late = reply(message, Rcode.NOTAUTH);
    late.setTSIG(key.tsig(), Rcode.BADTIME, signature);
    return new TsigResult.Invalid(late);
  }

  /** A reply to a signature that proves nothing, with the reason (RFC 8945 section 5.2). */
  private static Message unsigned(
      Message message, TSIGRecord sent, int error, Optional<Reason> reason) {
    Message reply = reply(message, Rcode.NOTAUTH, reason);
    reply.addRecord(
        new TSIGRecord(
            sent.getName(),
            sent.getDClass(),
            sent.getTTL(),
            sent.getAlgorithm(),
            sent.getTimeSigned(),
            sent.getFudge(),
            new byte[0],
            sent.getOriginalID(),
            error,
            new byte[0]),
        Section.ADDITIONAL);
    return reply;
  }

  /** The reason for people; clients often sign with MD5 where nothing is set. */
  private static Reason unknown(TSIGRecord signature) {
    Name algorithm = signature.getAlgorithm();
    boolean weak = KeyFile.WEAK.contains(algorithm);
    return Reason.prohibited(
        "there is no key "
            + signature.getName().toString(true)
            + " with "
            + algorithm.toString(true)
            + " here"
            + (weak ? "; set the client to hmac-sha256, or give --update-weak-keys" : ""));
  }

  /** A reply without records: the header and the first section of a message, and an rcode. */
  public static Message reply(Message message, int rcode) {
    Message reply = new Message(message.getHeader().getID());
    Header header = reply.getHeader();
    header.setFlag(Flags.QR);
    header.setOpcode(message.getHeader().getOpcode());
    header.setRcode(rcode);
    message
        .getSection(Section.QUESTION)
        .forEach(record -> reply.addRecord(record, Section.QUESTION));
    return reply;
  }

  /**
   * A reply without records that says why, to a client that speaks EDNS (RFC 8914).
   *
   * @param reason the code of the extended error, and what it is for people
   */
  public static Message reply(Message message, int rcode, Optional<Reason> reason) {
    Message reply = reply(message, rcode);
    if (message.getOPT() != null) {
      reply.addRecord(
          reason
              .map(why ->
                  new OPTRecord(
                      PAYLOAD_SIZE, 0, 0, 0, new ExtendedErrorCodeOption(why.code(), why.text())))
              .orElseGet(() -> new OPTRecord(PAYLOAD_SIZE, 0, 0)),
          Section.ADDITIONAL);
    }
    return reply;
  }

  /**
   * The reason for which a request is turned down.
   *
   * @param code a code of RFC 8914, such as 18, Prohibited
   * @param text the reason in words
   */
  public record Reason(int code, String text) {
    /** A request that this client may not make. */
    public static Reason prohibited(String text) {
      return new Reason(ExtendedErrorCodeOption.PROHIBITED, text);
    }
  }
}
