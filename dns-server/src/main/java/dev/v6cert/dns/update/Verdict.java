package dev.v6cert.dns.update;

import dev.v6cert.dns.tsig.TsigKeys.Reason;
import java.util.Optional;
import org.xbill.DNS.Rcode;

/**
 * The decision on an update.
 *
 * @param rcode the rcode of the reply
 * @param reason the reason for people, where the rcode alone would not tell what to change
 */
record Verdict(int rcode, Optional<Reason> reason) {
  static final Verdict DONE = of(Rcode.NOERROR);

  static Verdict of(int rcode) {
    return new Verdict(rcode, Optional.empty());
  }

  /** A refusal, with the reason and the setting that would change it. */
  static Verdict refused(String reason) {
    return new Verdict(Rcode.REFUSED, Optional.of(Reason.prohibited(reason)));
  }

  boolean isDone() {
    return rcode == Rcode.NOERROR;
  }
}
