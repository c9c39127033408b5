package dev.v6cert.dns;

import dev.v6cert.dns.answer.ReverseBlock;
import dev.v6cert.dns.fast.FastPath;
import dev.v6cert.dns.guard.RateLimiter;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.pipeline.QueryPipeline;
import dev.v6cert.dns.pipeline.ServerIdentity;
import dev.v6cert.dns.publish.HandoverRecords;
import dev.v6cert.dns.telemetry.Counters;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.MessageHandler;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The handler of a server with several zones, static records and a block list, without sockets. */
public final class HandlerFixture {
  /** The apexes of its zones. */
  public static final List<String> APEXES =
      List.of("magic.test", "other.magic.test", "sslip.example", "a.b.c.d.example");

  private static final String STATIC_RECORDS =
      """
      $ORIGIN magic.test.
      static 60 A 192.0.2.80
      192-0-2-7.static TXT "explicit"
      192-0-2-7 A 203.0.113.1
      alias CNAME 10-0-0-1
      cut NS ns.elsewhere.test.
      $ORIGIN sslip.example.
      * TXT "anything"
      www.sub A 192.0.2.81
      $ORIGIN a.b.c.d.example.
      @ A 192.0.2.82
      """;

  private static final String BLOCKED =
      """
      203.0.113.0/24
      2001:db8:bad::/48
      blocked
      *frag*
      """;

  private final Counters counters = new Counters();
  private final ServerCookies cookies;
  private final Function<Transport, FastPath> fastPath;
  private final MessageHandler handler;

  /** The fixture with some settings changed. */
  public HandlerFixture(UnaryOperator<DnsServerConfigBuilder> changes) {
    this(changes, UnaryOperator.identity());
  }

  /** The fixture with some settings and the fast path changed. */
  public HandlerFixture(
      UnaryOperator<DnsServerConfigBuilder> changes, UnaryOperator<FastHandler> fast) {
    try {
      Path zoneFile = file(STATIC_RECORDS);
      Path blockList = file(BLOCKED);
      DnsServerConfig config =
          changes
              .apply(
                  DnsServerConfig.builder()
                      .zones(APEXES.stream().map(Zone::of).toList())
                      .reverse(ReverseBlock.parse("2001:db8::/32"))
                      .nameServers(
                          List.of(
                              RunningServer.nameServer(
                                  "ns1.magic.test", "192.0.2.53", "2001:db8::53"),
                              RunningServer.nameServer("ns2.elsewhere.test", "192.0.2.54")))
                      .zoneFile(zoneFile)
                      .blockList(blockList)
                      .rateLimit(0))
              .build();
      Instant now = Instant.now(); // Both paths make the same cookies.
      cookies = new ServerCookies(() -> now);
      LiveZones zones =
          new LiveZones(
              DnsServer.setup(config, counters),
              config,
              cookies,
              _ -> {},
              List.of(),
              new HandoverRecords());
      RateLimiter limiter = new RateLimiter(config.guards().rateLimits(), System.nanoTime());
      fastPath = transport -> new FastPath(zones::fastZones, limiter, cookies, counters, transport);
      handler =
          new QueryPipeline(
              zones::zones,
              cookies,
              limiter,
              new ServerIdentity(Optional.empty(), Optional.empty()),
              counters::count,
              transport -> fast.apply(fastPath(transport)));
      Files.delete(zoneFile);
      Files.delete(blockList);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(String content) throws IOException {
    return Files.writeString(Files.createTempFile("v6cert", ".txt"), content);
  }

  /** The handler, with the fast path as its short cut. */
  public MessageHandler handler() {
    return handler;
  }

  /** The cookies that it makes, at a time that stands still. */
  public ServerCookies cookies() {
    return cookies;
  }

  /** The fast path alone. */
  public FastPath fastPath(Transport transport) {
    return fastPath.apply(transport);
  }

  /** The counters. */
  public Counters counters() {
    return counters;
  }
}
