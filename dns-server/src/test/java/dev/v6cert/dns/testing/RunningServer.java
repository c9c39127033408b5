package dev.v6cert.dns.testing;

import dev.v6cert.dns.DnsServer;
import dev.v6cert.dns.DnsServerConfig;
import dev.v6cert.dns.DnsServerConfigBuilder;
import dev.v6cert.dns.Reload;
import dev.v6cert.dns.answer.NameServer;
import dev.v6cert.dns.transport.DatagramIo;
import dev.v6cert.dns.transport.ListenFailure;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A server for the tests of one class, on free ports of both loopback addresses. */
public final class RunningServer implements BeforeAllCallback, AfterAllCallback, AutoCloseable {
  private static final int ATTEMPTS = 5;

  /** Set by the build, which runs the tests in more than one way. */
  private static final DatagramIo IO =
      DatagramIo.valueOf(System.getProperty("v6cert.test.io", "AUTO"));

  private final UnaryOperator<DnsServerConfigBuilder> setUp;
  private final Consumer<Reload> reloads;
  private List<DnsServer> running = List.of();
  private int users;

  /** A server for {@code magic.test} and {@code other.magic.test}, otherwise set up as asked. */
  public RunningServer(UnaryOperator<DnsServerConfigBuilder> setUp) {
    this(setUp, _ -> {});
  }

  /** Like the other, where {@code reloads} is told whenever files have been read again. */
  public RunningServer(UnaryOperator<DnsServerConfigBuilder> setUp, Consumer<Reload> reloads) {
    this.setUp = setUp;
    this.reloads = reloads;
  }

  private DnsServerConfig config() {
    return setUp
        .apply(
            DnsServerConfig.builder()
                .zones(List.of(Zone.of("magic.test"), Zone.of("other.magic.test")))
                .nameServers(
                    List.of(
                        nameServer("ns1.magic.test", "192.0.2.53", "2001:db8::53"),
                        nameServer("ns2.elsewhere.test", "192.0.2.54")))
                .threads(2)
                .io(IO)
                .listen(loopback()))
        .build();
  }

  /** A server as it comes. */
  public RunningServer() {
    this(builder -> builder);
  }

  /**
   * A free port of both loopback addresses, below those that the kernel picks: a client that shares
   * its port, as dig does, could otherwise get the server's own, and hear itself.
   */
  private static List<InetSocketAddress> loopback() {
    try {
      int port = FreePorts.next();
      return List.of(at("127.0.0.1", port), at("::1", port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A port of a literal address. */
  public static InetSocketAddress at(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  /** A name server with addresses in text. */
  public static NameServer nameServer(String name, String... addresses) {
    return new NameServer(
        HostName.of(name), List.of(addresses).stream().map(InetAddress::ofLiteral).toList());
  }

  /** Starts it outside of a test class. */
  public RunningServer start() throws IOException {
    for (int attempt = 1; running.isEmpty(); attempt++) {
      try {
        running = List.of(DnsServer.start(config(), reloads));
      } catch (ListenFailure e) {
        // Between the choice of a free port and its use another process may have taken it.
        if (e.reason() != ListenFailure.Reason.ADDRESS_IN_USE || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    if (users++ == 0) {
      start();
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    if (--users == 0) {
      close();
    }
  }

  @Override
  public void close() {
    running.forEach(DnsServer::close);
  }

  /** The server. */
  public DnsServer server() {
    return running.getFirst();
  }

  /** The address of the server, for UDP and TCP. */
  public InetSocketAddress address(boolean ipv6) {
    return server().addresses().get(ipv6 ? 1 : 0);
  }

  /** The reply to a query over UDP. */
  public Reply ask(Packet query) {
    return Channel.UDP6.ask(this, query.bytes());
  }
}
