package dev.v6cert.cli.option;

import dev.v6cert.cli.setting.Choice;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.dns.DnsServerConfig;
import dev.v6cert.dns.answer.NameServer;
import dev.v6cert.dns.answer.ReverseBlock;
import dev.v6cert.dns.guard.AddressPolicy;
import dev.v6cert.dns.guard.BlockList.Format;
import dev.v6cert.dns.guard.RateLimits;
import dev.v6cert.dns.transport.DatagramIo;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.Zone;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The settings of the DNS server; in a file their keys start with {@code dns-server.}. */
public final class DnsServerSettings {

  private static final String PREFIX = "dns-server";
  private static final int MAX_PORT = 65535;
  private static final int MAX_THREADS = 1024;
  private static final int MAX_CONNECTIONS = 1_000_000;

  /** The zones it answers for. */
  public static final Setting<List<Zone>> ZONE =
      Setting.ofMany("zone", "ZONE", Zone::of)
          .under(PREFIX)
          .help("answer for the names in ZONE (repeatable); . answers for any suffix");

  public static final Setting<List<InetSocketAddress>> LISTEN =
      Setting.ofMany("listen", "ADDR:PORT", DnsServerSettings::socket)
          .under(PREFIX)
          .help("listen there (repeatable; default: [::]:53 and 0.0.0.0:53)");

  /** The zones' name servers. */
  public static final Setting<List<NameServer>> NS =
      Setting.ofMany("ns", "NAME=ADDR[,ADDR]", DnsServerSettings::nameServer)
          .under(PREFIX)
          .help("a name server of the zones, with its addresses (repeatable; default: ns.ZONE)");

  /** The operator of the zones. */
  public static final Setting<String> CONTACT =
      Setting.of("contact", "MAIL", DnsServerSettings::contact)
          .under(PREFIX)
          .help("the mail address in the SOA record (default: hostmaster@ZONE)");

  /** The TTL of answers. */
  public static final Setting<Duration> TTL =
      Setting.of("ttl", "SECONDS", text -> Duration.ofSeconds(number(text, Integer.MAX_VALUE)))
          .under(PREFIX)
          .orElse(Long.toString(DnsServerConfig.DEFAULT_TTL.toSeconds()))
          .help("how long resolvers may keep an answer");

  public static final Setting<Integer> THREADS =
      Setting.of("threads", "N", DnsServerSettings::threads)
          .under(PREFIX)
          .help("threads that read UDP (default: one for each processor, at most 4)");

  public static final Setting<DatagramIo> IO =
      Setting.of("io", Choice.ofNames(List.of(DatagramIo.AUTO, DatagramIo.NIO, DatagramIo.BATCHED)))
          .under(PREFIX)
          .orElse("auto")
          .help("read and write UDP one by one, or in batches where Linux can");

  /** Records beside the magic ones. */
  public static final Setting<Path> ZONE_FILE =
      Setting.of("zone-file", "FILE", PathText::read)
          .under(PREFIX)
          .help("static records of any type, an RFC 1035 master file; they win over magic ones");

  /** The reverse zones. */
  public static final Setting<List<List<ReverseBlock>>> REVERSE =
      Setting.ofMany("reverse", "PREFIX", ReverseBlock::parse)
          .under(PREFIX)
          .help("answer PTR for the addresses in PREFIX (repeatable)");

  /** Which addresses are answered. */
  public static final Setting<AddressPolicy> POLICY =
      Setting.of(
              "policy",
              Choice.ofNames(
                  List.of(AddressPolicy.ANY, AddressPolicy.PUBLIC, AddressPolicy.PRIVATE)))
          .under(PREFIX)
          .orElse("any")
          .help("which addresses to answer");

  /** Which networks alone are answered. */
  public static final Setting<List<AddressBlock>> ALLOW =
      Setting.ofMany("allow", "PREFIX", AddressBlock::parse)
          .under(PREFIX)
          .help("answer only addresses in PREFIX (repeatable; default: in any)");

  /** Whether a leading IPv4 address is the only one of a name. */
  public static final Setting<Boolean> LAN_NAMES =
      Setting.ofSwitch("lan-names")
          .under(PREFIX)
          .help("answer no AAAA for a name with an IPv4 address left of an IPv6 address");

  public static final Setting<Path> BLOCK_LIST =
      Setting.of("blocklist", "FILE", PathText::read)
          .under(PREFIX)
          .help("addresses, prefixes, labels and words that are not answered, one a line");

  public static final Setting<Format> BLOCK_LIST_FORMAT =
      Setting.of(
              "blocklist-format",
              new Choice<>(
                  List.of(Format.OWN, Format.SSLIP_IO),
                  it -> it == Format.OWN ? "v6cert" : "sslip.io"))
          .under(PREFIX)
          .orElse("v6cert")
          .help("how the block list is written; sslip.io: each word is blocked anywhere in a name");

  /** Whether words leave private addresses alone. */
  public static final Setting<Boolean> BLOCK_LIST_EXEMPT_PRIVATE =
      Setting.ofSwitch("blocklist-exempt-private")
          .under(PREFIX)
          .help("labels and words do not block names that lead to private addresses only");

  public static final Setting<List<InetAddress>> BLOCKED_TO =
      Setting.ofMany("blocked-to", "ADDR", AddressText::read)
          .under(PREFIX)
          .help("answer blocked names with ADDR, a notice page (once for each family)");

  public static final Setting<Boolean> DELEGATE_CHALLENGES =
      Setting.of(
              "acme-challenge", new Choice<>(List.of(true, false), it -> it ? "delegate" : "none"))
          .under(PREFIX)
          .orElse("delegate")
          .help("delegate _acme-challenge and _validation-persist to the host, or not");

  public static final Setting<Integer> RATE_LIMIT =
      Setting.of("rate-limit", "N", text -> number(text, RateLimits.HIGHEST))
          .under(PREFIX)
          .orElse(Integer.toString(RateLimits.DEFAULT.perSecond()))
          .help("answers a second over UDP to one client network; 0 for no limit");

  /** Which client networks get every answer. */
  public static final Setting<List<AddressBlock>> RATE_LIMIT_EXEMPT =
      Setting.ofMany("rate-limit-exempt", "PREFIX", RateLimits::network)
          .under(PREFIX)
          .help("a client network without that limit (repeatable)");

  public static final Setting<Integer> TCP_CONNECTIONS =
      Setting.of("tcp-connections", "N", text -> number(text, MAX_CONNECTIONS))
          .under(PREFIX)
          .help("TCP connections at a time (default: 4096, where heap and open files suffice)");

  public static final Setting<Integer> TCP_PER_NETWORK =
      Setting.of("tcp-per-network", "N", text -> number(text, MAX_CONNECTIONS))
          .under(PREFIX)
          .help("TCP connections of one IPv4 /24 or IPv6 /48 (default: a quarter of all)");

  /** The secrets of DNS cookies. */
  public static final Setting<Path> COOKIE_SECRETS =
      Setting.of("cookie-secrets", "FILE", PathText::read)
          .under(PREFIX)
          .help("one or two secrets of DNS cookies, which sibling servers share (default: random)");

  public static final Setting<InetSocketAddress> METRICS =
      Setting.of("metrics", "ADDR:PORT", DnsServerSettings::socket)
          .under(PREFIX)
          .help("serve /metrics (Prometheus) and /healthz there");

  /** The user that the process becomes. */
  public static final Setting<String> USER =
      Setting.of("user", "NAME", text -> text)
          .under(PREFIX)
          .help("become this user once the ports are bound (Linux, as root)");

  /** The identity for NSID and CHAOS queries. */
  public static final Setting<String> IDENTITY =
      Setting.of("identity", "TEXT", text -> text)
          .under(PREFIX)
          .help("answer NSID, id.server and hostname.bind with this (default: no answer)");

  /** Whether it tells nothing of its state. */
  public static final Setting<Boolean> HIDE_STATUS =
      Setting.ofSwitch("hide-status")
          .under(PREFIX)
          .help("do not answer version.ZONE and metrics.ZONE");

  public static final Setting<Path> QUERY_LOG =
      Setting.of("query-log", "FILE", PathText::read)
          .under(PREFIX)
          .help("write queries there as lines of JSON, client addresses cut to /24 and /48");

  /** Which part of the queries is written. */
  public static final Setting<Integer> QUERY_LOG_SAMPLE =
      Setting.of("query-log-sample", "N", text -> number(text, Integer.MAX_VALUE))
          .under(PREFIX)
          .orElse("1")
          .help("write one of N queries");

  /** The settings of this class. */
  public static final List<Setting<?>> ALL =
      List.of(
          ZONE,
          LISTEN,
          NS,
          CONTACT,
          TTL,
          ZONE_FILE,
          REVERSE,
          POLICY,
          ALLOW,
          LAN_NAMES,
          BLOCK_LIST,
          BLOCK_LIST_FORMAT,
          BLOCK_LIST_EXEMPT_PRIVATE,
          BLOCKED_TO,
          DELEGATE_CHALLENGES,
          RATE_LIMIT,
          RATE_LIMIT_EXEMPT,
          TCP_CONNECTIONS,
          TCP_PER_NETWORK,
          COOKIE_SECRETS,
          METRICS,
          USER,
          IDENTITY,
          HIDE_STATUS,
          QUERY_LOG,
          QUERY_LOG_SAMPLE,
          THREADS,
          IO);

  private DnsServerSettings() {}

  static InetSocketAddress socket(String text) {
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[");
    boolean hasPort =
        bracketed ? colon > text.indexOf(']') : colon == text.indexOf(':') && colon >= 0;
    String host = hasPort ? text.substring(0, colon) : text;
    if (!bracketed && !hasPort && lacksBrackets(text, colon)) {
      throw new IllegalArgumentException(
          "an IPv6 address before a port stands in brackets: ["
              + text.substring(0, colon)
              + "]:"
              + text.substring(colon + 1));
    }
    if (bracketed) {
      if (!host.endsWith("]")) {
        throw new IllegalArgumentException("the ] is missing");
      }
      host = host.substring(1, host.length() - 1);
    }
    int port = hasPort ? number(text.substring(colon + 1), MAX_PORT) : DnsServerConfig.PORT;
    return new InetSocketAddress(AddressText.read(host), port);
  }

  /** Whether the end of an IPv6 address is probably meant as a port, as in {@code ::1:5353}. */
  private static boolean lacksBrackets(String text, int colon) {
    return colon > 0
        && Ipv6Address.tryParse(text.substring(0, colon)).isPresent()
        && text.substring(colon + 1).matches("[0-9]+");
  }

  private static NameServer nameServer(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      throw new IllegalArgumentException(
          "it has no =; write ns1.example.org=2001:db8::1,192.0.2.1");
    }
    List<InetAddress> addresses = new ArrayList<>();
    for (String one : text.substring(equals + 1).split(",", -1)) {
      addresses.add(AddressText.read(one));
    }
    return new NameServer(HostName.of(text.substring(0, equals)), addresses);
  }

  private static String contact(String text) {
    if (!text.matches("[^@\\s]+@[^@\\s]+")) {
      throw new IllegalArgumentException(
          "it is not a mail address, such as hostmaster@v6.example.org");
    }
    return text;
  }

  private static int threads(String text) {
    int threads = number(text, MAX_THREADS);
    if (threads == 0) {
      throw new IllegalArgumentException("at least one thread is needed");
    }
    return threads;
  }

  private static int number(String text, int max) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= max) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw new IllegalArgumentException("\"" + text + "\" is not a number from 0 to " + max);
  }
}
