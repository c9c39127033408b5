package dev.v6cert.dns.answer;

import dev.v6cert.ipv6.name.EmbeddedAddresses;
import dev.v6cert.ipv6.name.MagicName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Answers the addresses that names carry in their own labels. */
final class SynthesisResponder implements Responder {
  private final Name apex;
  private final long ttl;

  SynthesisResponder(Name apex, Duration ttl) {
    this.apex = apex;
    this.ttl = ttl.toSeconds();
  }

  @Override
  public Answer answer(Question question) {
    boolean any = question.type() == Type.ANY;
    if (!any && question.type() != Type.AAAA && question.type() != Type.A) {
      return new Answer.Declined();
    }
    EmbeddedAddresses addresses =
        MagicName.parse(RelativeName.of(question.name(), 0, apex.labels()));
    Optional<Record> aaaa =
        addresses
            .ipv6()
            .map(address -> new AAAARecord(question.name(), DClass.IN, ttl, address.octets()));
    Optional<Record> a =
        addresses
            .ipv4()
            .map(address -> new ARecord(question.name(), DClass.IN, ttl, address.octets()));
    Optional<Record> answer = any ? aaaa.or(() -> a) : question.type() == Type.AAAA ? aaaa : a;
    return answer
        .<Answer>map(found -> new Answer.Found(List.of(found)))
        .orElseGet(Answer.Declined::new);
  }
}
