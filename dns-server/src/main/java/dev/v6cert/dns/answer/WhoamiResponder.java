package dev.v6cert.dns.answer;

import dev.v6cert.ipv6.Ipv6Address;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Names that tell about the client ({@code ip.<zone>}) and about the server. */
final class WhoamiResponder implements Responder {
  /** These answers differ from client to client and from moment to moment. */
  private static final int TTL = 0;

  private final Name ip;
  private final Map<Name, Supplier<List<String>>> texts;

  /**
   * For one zone.
   *
   * @param ip the name that tells the client's address
   * @param texts the TXT records at other names; each string is one record
   */
  WhoamiResponder(Name ip, Map<Name, Supplier<List<String>>> texts) {
    this.ip = ip;
    this.texts = Map.copyOf(texts);
  }

  @Override
  public Answer answer(Question question) {
    List<Record> records =
        question.name().equals(ip)
            ? aboutClient(question)
            : Optional.ofNullable(texts.get(question.name()))
                .map(text -> text(question, text.get()))
                .orElse(List.of());
    return records.isEmpty() ? new Answer.Declined() : new Answer.Found(records);
  }

  private static List<Record> aboutClient(Question question) {
    Name owner = question.name();
    InetAddress client = question.client();
    boolean ipv4 = client instanceof Inet4Address;
    return switch (question.type()) {
      case Type.A -> ipv4 ? List.of(new ARecord(owner, DClass.IN, TTL, client)) : List.of();
      case Type.AAAA ->
          ipv4 ? List.of() : List.of(new AAAARecord(owner, DClass.IN, TTL, client.getAddress()));
      default -> text(question, List.of(text(client)));
    };
  }

  private static List<Record> text(Question question, List<String> texts) {
    List<Record> records = new ArrayList<>();
    if (question.type() == Type.TXT || question.type() == Type.ANY) {
      texts.forEach(text -> records.add(new TXTRecord(question.name(), DClass.IN, TTL, text)));
    }
    return records;
  }

  private static String text(InetAddress client) {
    return Ipv6Address.from(client).map(Ipv6Address::toString).orElseGet(client::getHostAddress);
  }
}
