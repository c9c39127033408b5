package dev.v6cert.dns.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Answers from the explicit records of a zone: apex, zone cuts, aliases, static records. */
final class StaticResponder implements Responder {
  private final ZoneRecords records;
  private final Function<Name, List<Record>> magic;

  /**
   * For one zone.
   *
   * @param magic the addresses that a host's name spells out
   */
  StaticResponder(ZoneRecords records, Function<Name, List<Record>> magic) {
    this.records = records;
    this.magic = magic;
  }

  @Override
  public Answer answer(Question question) {
    List<Record> cut = records.cutAbove(question.name());
    if (!cut.isEmpty() && !isForParent(question, cut)) {
      return new Answer.Referral(cut, glue(cut));
    }
    Optional<DNAMERecord> redirection = records.redirectionAbove(question.name());
    if (redirection.isPresent()) {
      return redirected(question, redirection.get());
    }
    List<Record> found = select(records.at(question.name()), question.type());
    if (found.isEmpty()) {
      return new Answer.Declined();
    }
    return isAlias(found, question.type())
        ? new Answer.Alias(found, ((CNAMERecord) found.getFirst()).getTarget())
        : new Answer.Found(found, question.type() == Type.NS ? glue(found) : List.of());
  }

  /** DS is the one type that the parent side of a cut answers (RFC 4035 section 3.1.4.1). */
  private static boolean isForParent(Question question, List<Record> cut) {
    return question.type() == Type.DS && cut.getFirst().getName().equals(question.name());
  }

  private static Answer redirected(Question question, DNAMERecord dname) {
    try {
      Name target = question.name().fromDNAME(dname);
      CNAMERecord cname =
          new CNAMERecord(question.name(), dname.getDClass(), dname.getTTL(), target);
      List<Record> records = List.of(dname, cname);
      return leadsOn(question.type())
          ? new Answer.Alias(records, target)
          : new Answer.Found(records);
    } catch (NameTooLongException e) {
      return new Answer.NameTooLong(dname);
    }
  }

  /**
   * The records of a name that answer a type: those of the type, or else the CNAME. For ANY, one
   * set is enough (RFC 8482 section 4.1).
   */
  static List<Record> select(Map<Integer, List<Record>> node, int type) {
    return switch (type) {
      case Type.ANY -> node.values().stream().findFirst().orElse(List.of());
      // These stand beside a CNAME, and are not looked for at its target (RFC 4034 section 2.5).
      case Type.RRSIG, Type.NSEC -> node.getOrDefault(type, List.of());
      default -> node.getOrDefault(type, node.getOrDefault(Type.CNAME, List.of()));
    };
  }

  /** Whether selected records send the client on to another name. */
  static boolean isAlias(List<Record> selected, int type) {
    return selected.getFirst() instanceof CNAMERecord && leadsOn(type);
  }

  /** Whether a question for the type goes on at the target of an alias. */
  private static boolean leadsOn(int type) {
    return type != Type.CNAME && type != Type.ANY;
  }

  /** The addresses of name servers, explicit ones or those that their names spell out. */
  private List<Record> glue(List<Record> nameServers) {
    List<Record> glue = new ArrayList<>();
    for (Record nameServer : nameServers) {
      Name host = ((NSRecord) nameServer).getTarget();
      List<Record> explicit = records.addressesOf(host);
      glue.addAll(explicit.isEmpty() ? magic.apply(host) : explicit);
    }
    return glue;
  }
}
