package dev.v6cert.dns.answer;

import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.AddressFilter.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * Delegates {@code _acme-challenge} and {@code _validation-persist} of a name with an address to
 * the host at that address, so that it can answer DNS-01 (RFC 8555 section 8.4) and DNS-PERSIST-01
 * challenges itself. Explicit records at such a name, or below it, go first.
 */
final class ChallengeResponder implements Responder {
  private static final List<byte[]> LABELS =
      Stream.of("_acme-challenge", "_validation-persist")
          .map(label -> label.getBytes(StandardCharsets.US_ASCII))
          .toList();

  /** Short, so that a name which is blocked loses its delegation soon. */
  private static final Duration TTL = Duration.ofMinutes(1);

  private final MagicAddresses magic;
  private final ZoneRecords records;

  ChallengeResponder(MagicAddresses magic, ZoneRecords records) {
    this.magic = magic;
    this.records = records;
  }

  @Override
  public Answer answer(Question question) {
    OptionalInt label = cut(question.name());
    if (label.isEmpty()) {
      return new Answer.Declined();
    }
    Name cut = new Name(question.name(), label.getAsInt());
    Name host = new Name(cut, 1);
    if (records.exists(cut)) {
      return new Answer.Declined();
    }
    AddressFilter.Filtered found = magic.in(host, 0);
    if (found.addresses().isEmpty() || found.verdict() == Verdict.BLOCKED) {
      return new Answer.Declined();
    }
    if (question.type() == Type.DS && label.getAsInt() == 0) { // RFC 4035 section 3.1.4.1.
      SOARecord soa = records.negativeSoa();
      return new Answer.NoData(soa);
    }
    List<Record> glue = new ArrayList<>();
    magic.a(host, found.addresses()).ifPresent(glue::add);
    magic.aaaa(host, found.addresses()).ifPresent(glue::add);
    return new Answer.Referral(List.of(new NSRecord(cut, DClass.IN, TTL.toSeconds(), host)), glue);
  }

  /** Which label is the challenge's: the one closest to the apex whose host has an address. */
  private OptionalInt cut(Name name) {
    for (int i = name.labels() - magic.apex().labels() - 2; i >= 0; i--) {
      if (isChallenge(name.getLabel(i)) && magic.in(name, i + 1).isMagic()) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private static boolean isChallenge(byte[] label) {
    return LABELS.stream().anyMatch(one -> matches(label, one));
  }

  private static boolean matches(byte[] label, byte[] text) {
    if (label.length != text.length + 1) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (Character.toLowerCase(label[i + 1] & 0xff) != text[i]) {
        return false;
      }
    }
    return true;
  }
}
