package dev.v6cert.dns.answer;

import java.net.InetAddress;
import org.xbill.DNS.Name;

/**
 * A question and its client; always in class IN.
 *
 * @param name the name, in the case it was asked in
 * @param type the record type, 0 to 65535
 * @param client the address that the query came from
 */
public record Question(Name name, int type, InetAddress client) {

  /** The same question about another name, as an alias asks it. */
  Question about(Name other) {
    return new Question(other, type, client);
  }
}
