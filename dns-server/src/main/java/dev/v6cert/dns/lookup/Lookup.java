package dev.v6cert.dns.lookup;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ResolverConfig;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;

/** Asks DNS servers, one question at a time. */
final class Lookup {

  private static final Duration LIMIT = Duration.ofSeconds(3);
  private static final int ATTEMPTS = 2;

  private final List<InetSocketAddress> servers;
  private final boolean recursive;

  private Lookup(List<InetSocketAddress> servers, boolean recursive) {
    this.servers = servers;
    this.recursive = recursive;
  }

  /** Of the given resolver, or of those that the system is set up with. */
  static Lookup ofResolver(Optional<InetSocketAddress> resolver) {
    return new Lookup(
        resolver.map(List::of).orElseGet(() -> ResolverConfig.getCurrentConfig().servers()), true);
  }

  /** Of an authoritative server. */
  static Lookup ofAuthority(InetSocketAddress server) {
    return new Lookup(List.of(server), false);
  }

  /**
   * The reply of the first server that has one.
   *
   * @throws InterruptedIOException when this thread is interrupted
   * @throws IOException when none has
   */
  Message ask(Name name, int type) throws IOException {
    Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
    if (!recursive) {
      query.getHeader().unsetFlag(Flags.RD);
    }
    IOException failure = new IOException("no resolver is set up");
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      for (InetSocketAddress server : servers) {
        try {
          SimpleResolver resolver = new SimpleResolver(server);
          resolver.setTimeout(LIMIT);
          Message reply = resolver.send(query);
          if (!recursive || reply.getRcode() != Rcode.SERVFAIL || servers.size() == 1) {
            return reply;
          }
          failure = new IOException("SERVFAIL");
        } catch (InterruptedIOException e) {
          if (!(e instanceof SocketTimeoutException) && Thread.currentThread().isInterrupted()) {
            throw e;
          }
          failure = new IOException("no answer in time", e);
        } catch (IOException e) {
          if (Thread.currentThread().isInterrupted()) {
            throw (IOException) new InterruptedIOException().initCause(e);
          }
          failure = e.getMessage() == null ? new IOException("it cannot be reached", e) : e;
        }
      }
    }
    throw failure;
  }

  /** The addresses in a reply's answer section. */
  static List<InetAddress> addresses(Message reply) {
    List<InetAddress> addresses = new ArrayList<>();
    for (Record record : reply.getSection(Section.ANSWER)) {
      switch (record) {
        case AAAARecord aaaa -> addresses.add(aaaa.getAddress());
        case ARecord a -> addresses.add(a.getAddress());
        default -> {}
      }
    }
    return addresses;
  }

  /** The values of the TXT records in a reply's answer section. */
  static List<String> texts(Message reply) {
    List<String> values = new ArrayList<>();
    for (Record record : reply.getSection(Section.ANSWER)) {
      if (record instanceof TXTRecord txt) {
        values.add(String.join("", txt.getStrings()));
      }
    }
    return values;
  }

  /** The name that the reply's aliases lead to; the name itself without any. */
  static Name canonical(Name name, Message reply) {
    Name end = name;
    for (Record record : reply.getSection(Section.ANSWER)) {
      if (record instanceof CNAMERecord alias && alias.getName().equals(end)) {
        end = alias.getTarget();
      }
    }
    return end;
  }

  /** The absolute name of a text that was checked already. */
  static Name name(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Whether the failure is that of a name which is not there, in the JDK's look-up. */
  static String reason(IOException e) {
    return e instanceof UnknownHostException
        ? "unknown host"
        : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
