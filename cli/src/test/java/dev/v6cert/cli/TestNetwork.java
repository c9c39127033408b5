package dev.v6cert.cli;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.Pebble;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Two hosts and the cable between them, all real: the machine, which has a global IPv6 address and
 * nothing else, and the internet, where our DNS server answers for a magic zone and a Pebble
 * validates by it.
 *
 * <pre>
 *   machine 2a01:4f8:c17:b8f::2 ------ internet 2a01:4f8:c17:b8f::1
 *   v6cert obtain, renew ...           v6cert dns-server (port 53), Pebble (port 14000)
 * </pre>
 */
final class TestNetwork implements AutoCloseable {

  static final String ADDRESS = "2a01:4f8:c17:b8f::2";
  static final String INTERNET = "2a01:4f8:c17:b8f::1";
  static final String ZONE = "v6.test";
  static final String NAME = "2a01-04f8-0c17-0b8f-0000-0000-0000-0002." + ZONE;

  private final NetworkNamespace machine;
  private final NetworkNamespace internet;
  private final Process dnsServer;
  private final Pebble pebble;

  private TestNetwork(
      NetworkNamespace machine, NetworkNamespace internet, Process dnsServer, Pebble pebble) {
    this.machine = machine;
    this.internet = internet;
    this.dnsServer = dnsServer;
    this.pebble = pebble;
  }

  /** Joins the two hosts: gives them their addresses, and a way to each other. */
  interface Cable {
    void join(NetworkNamespace machine, NetworkNamespace internet) throws IOException;
  }

  /** The network; the test is skipped, with the reason, where it cannot be made. */
  static TestNetwork create(Path home, UnaryOperator<Pebble.Settings> settings) throws IOException {
    return create(home, settings, TestNetwork::joinDirectly);
  }

  static void joinDirectly(NetworkNamespace machine, NetworkNamespace internet) throws IOException {
    machine.connect("eth0", internet, "eth0");
    machine.run("ip", "-6", "address", "flush", "dev", "eth0", "scope", "link");
    machine.addAddress("eth0", "fe80::2/64");
    machine.addAddress("eth0", ADDRESS + "/64");
    internet.addAddress("eth0", INTERNET + "/64");
    machine.run("ip", "-6", "route", "add", "default", "via", INTERNET);
  }

  /** The network, with another cable. */
  static TestNetwork create(Path home, UnaryOperator<Pebble.Settings> settings, Cable cable)
      throws IOException {
    return create(home, settings, cable, INTERNET);
  }

  /** The network, with another cable and the authority and the DNS at another address. */
  static TestNetwork create(
      Path home, UnaryOperator<Pebble.Settings> settings, Cable cable, String authority)
      throws IOException {
    Path _ = Pebble.binary();
    NetworkNamespace machine = NetworkNamespace.create();
    try {
      NetworkNamespace internet = machine.neighbour();
      cable.join(machine, internet);
      Path resolver =
          Files.writeString(home.resolve("resolv.conf"), "nameserver " + authority + "\n");
      machine.run("mount", "--bind", resolver.toString(), "/etc/resolv.conf");
      Process dnsServer = dnsServer(internet, home, authority);
      Pebble pebble =
          settings
              .apply(
                  Pebble.in(home)
                      .listen(InetAddress.ofLiteral(authority))
                      .httpPort(80)
                      .tlsPort(443)
                      .dnsServer(IpAddress.parse(authority).urlHost() + ":53")
                      .inside(internet))
              .start();
      return new TestNetwork(machine, internet, dnsServer, pebble);
    } catch (IOException | RuntimeException e) {
      machine.close();
      throw e;
    }
  }

  private static Process dnsServer(NetworkNamespace internet, Path home, String authority)
      throws IOException {
    V6cert program = new V6cert(internet::process, home);
    Process process =
        program
            .process(
                List.of(),
                List.of("dns-server", "--zone", ZONE, "--ns", "ns." + ZONE + "=" + authority))
            .redirectError(home.resolve("dns-server.log").toFile())
            .start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    if (line == null || !line.startsWith("listening on ")) {
      process.destroyForcibly();
      throw new IOException(
          line + "\n" + Files.readString(home.resolve("dns-server.log"), StandardCharsets.UTF_8));
    }
    return process;
  }

  /** The program on the machine, with its state in a home of its own. */
  V6cert machine(Path home) {
    return new V6cert(machine::process, home);
  }

  /** A process of the machine that has its port 80 from now on. */
  static Process holder(V6cert machine) throws IOException {
    Process holder =
        machine
            .process(
                List.of(), List.of("dns-server", "--zone", "x", "--listen", "[" + ADDRESS + "]:80"))
            .start();
    String line = holder.inputReader(StandardCharsets.UTF_8).readLine();
    if (line == null || !line.startsWith("listening on ")) {
      holder.destroyForcibly();
      throw new IOException("the port is not free: " + line);
    }
    return holder;
  }

  /** The host of the DNS server and the authority. */
  NetworkNamespace internet() {
    return internet;
  }

  NetworkNamespace namespace() {
    return machine;
  }

  Pebble pebble() {
    return pebble;
  }

  /** The options that lead {@code obtain} to the authority of this network. */
  List<String> options() {
    return List.of(
        "--zone",
        ZONE,
        "--ca",
        pebble.directory().toString(),
        "--ca-root",
        pebble.httpsRoot().toString(),
        "--agree-tos");
  }

  @Override
  public void close() {
    pebble.close();
    dnsServer.destroy();
    dnsServer.onExit().join();
    machine.close();
  }
}
