package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.wire.ReceivedMessage;
import dev.v6cert.dns.wire.Response;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.NSIDOption;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * The identity of the server, as told to clients that ask in class CH (RFC 4892) or for its NSID
 * (RFC 5001): nothing where empty.
 *
 * @param name its name among its peers
 * @param version its version
 */
public record ServerIdentity(Optional<String> name, Optional<String> version) {

  /** The response to a query in class CH. */
  Response chaos(ReceivedMessage.Query query) {
    Optional<String> text =
        switch (query.name().toString().toLowerCase(Locale.ROOT)) {
          case "id.server.", "hostname.bind." -> name;
          case "version.server.", "version.bind." -> version;
          default -> Optional.empty();
        };
    boolean texts = query.type() == Type.TXT || query.type() == Type.ANY;
    return text.filter(_ -> texts)
        .map(told ->
            Response.of(Rcode.NOERROR)
                .after(List.of(new TXTRecord(query.name(), DClass.CH, 0, told))))
        .orElseGet(() -> Response.of(Rcode.REFUSED));
  }

  /** The NSID option. */
  Optional<EDNSOption> nameServerId() {
    return name.map(told -> new NSIDOption(told.getBytes(StandardCharsets.UTF_8)));
  }
}
