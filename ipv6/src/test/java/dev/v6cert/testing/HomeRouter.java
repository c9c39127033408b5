package dev.v6cert.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A router that lets connections out and none in, until a real miniupnpd is asked to by PCP or
 * UPnP.
 *
 * <pre>
 *   machine (eth0, fe80::2) ---- (lan0, fe80::1) router (wan0) ---- whatever lies beyond
 * </pre>
 */
public final class HomeRouter implements AutoCloseable {

  private static final Path MINIUPNPD = Path.of("/usr/sbin/miniupnpd");
  private static final String RULES =
      """
      table inet filter {
        chain forward { type filter hook forward priority 0; policy drop
          iifname lan0 accept
          ct state established,related accept
          jump miniupnpd
        }
        chain miniupnpd { }
        chain prerouting_miniupnpd { }
        chain postrouting_miniupnpd { }
        chain in { type nat hook prerouting priority -100; policy accept;
          meta nfproto ipv4 jump prerouting_miniupnpd
        }
        chain out { type nat hook postrouting priority 100; policy accept;
          meta nfproto ipv4 oifname wan0 masquerade
        }
      }
      table inet hide {
        chain input { type filter hook input priority 0; policy accept;
        }
      }
      """;
  private static final String CONFIGURATION =
      """
      ext_ifname=wan0
      ext_ifname6=wan0
      listening_ip=lan0
      enable_natpmp=yes
      enable_upnp=yes
      min_lifetime=120
      secure_mode=yes
      uuid=440d044f-0d85-4fe2-821b-7264c906d077
      """;
  private static final String EVERY_PORT = "allow 1-65535 0.0.0.0/0 1-65535";

  private final NetworkNamespace namespace;
  private final Path home;
  private Path leases;
  private Optional<Process> daemon = Optional.empty();

  private HomeRouter(NetworkNamespace namespace, Path home) {
    this.namespace = namespace;
    this.home = home;
    this.leases = home.resolve("leases");
  }

  /**
   * A router that has started, with the machine behind it as 192.168.7.2 and the internet before
   * it, which has the address in a /24; the test is skipped as by {@link #beside}.
   */
  public static HomeRouter between(
      NetworkNamespace machine, NetworkNamespace internet, String address, Path home)
      throws IOException {
    HomeRouter router = beside(machine, home);
    machine.addAddress("eth0", "192.168.7.2/24");
    machine.run("ip", "route", "add", "default", "via", "192.168.7.1");
    router.namespace().connect("wan0", internet, "eth0");
    internet.addAddress("eth0", address + "/24");
    router.start();
    return router;
  }

  /**
   * A router on the machine's eth0, which is made; the test is skipped, with the reason, where
   * there is no miniupnpd. Its wan0 is for the caller to make, and then it is to be started.
   */
  public static HomeRouter beside(NetworkNamespace machine, Path home) throws IOException {
    assumeTrue(Files.isExecutable(MINIUPNPD), "there is no miniupnpd (miniupnpd-nftables)");
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nft")), "there is no nft (nftables)");
    NetworkNamespace namespace = machine.neighbour();
    machine.connect("eth0", namespace, "lan0");
    machine.run("ip", "link", "set", "eth0", "addrgenmode", "none");
    namespace.run("ip", "link", "set", "lan0", "addrgenmode", "none");
    machine.run("ip", "-6", "address", "flush", "dev", "eth0");
    namespace.run("ip", "-6", "address", "flush", "dev", "lan0");
    machine.addAddress("eth0", "fe80::2/64");
    namespace.addAddress("lan0", "fe80::1/64");
    namespace.addAddress("lan0", "192.168.7.1/24");
    machine.run("ip", "-6", "route", "add", "default", "via", "fe80::1", "dev", "eth0");
    return new HomeRouter(namespace, home);
  }

  /** Its address. */
  public NetworkNamespace namespace() {
    return namespace;
  }

  /** Starts to filter and to listen. */
  public void start() throws IOException {
    start("9.9.9.2");
  }

  /** The same with another outer IPv4 address. */
  public void start(String outside) throws IOException {
    start(outside, EVERY_PORT);
  }

  /** The same with other rules for which machine gets which port. */
  public void start(String outside, String ports) throws IOException {
    namespace.addAddress("wan0", "2a00:1450:4001:82a::2/64");
    namespace.addAddress("wan0", outside + "/24");
    namespace.sysctl("net/ipv6/conf/all/forwarding", "1");
    namespace.sysctl("net/ipv4/ip_forward", "1");
    namespace.run("nft", "-f", Files.writeString(home.resolve("rules.nft"), RULES).toString());
    leases = home.resolve("leases");
    Path _ =
        Files.writeString(
            home.resolve("miniupnpd.conf"),
            CONFIGURATION + "lease_file=" + leases + "\n" + ports + "\n");
    listen();
  }

  /** Ends and starts it again, as a router does that boots. */
  public void restart() throws IOException {
    close();
    Files.deleteIfExists(home.resolve("miniupnpd.pid"));
    listen();
  }

  private void listen() throws IOException {
    Path configuration = home.resolve("miniupnpd.conf");
    Path log = home.resolve("miniupnpd.log");
    Process process =
        namespace
            .process(
                List.of(
                    MINIUPNPD.toString(),
                    "-d",
                    "-f",
                    configuration.toString(),
                    "-P",
                    home.resolve("miniupnpd.pid").toString()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    daemon = Optional.of(process);
    while (!Files.readString(log).contains("Listening for NAT-PMP/PCP")) {
      if (!process.isAlive()) {
        throw new IOException("miniupnpd ended: " + Files.readString(log));
      }
    }
  }

  /** Refuses what comes to the UDP port, as a router without the protocol does. */
  public void hide(String port) throws IOException {
    namespace.run("nft", "add", "rule", "inet", "hide", "input", "udp", "dport", port, "reject");
  }

  /** Hides PCP and UPnP, as an old router does. */
  public void speakOnlyNatPmp() throws IOException {
    hide("1900");
    String pcp = "add rule inet hide input udp dport 5351 @th,64,8 2 reject";
    namespace.run("nft", pcp);
  }

  /** The IPv4 ports that lead inside, as nft lists them. */
  public String mappings() throws IOException {
    return namespace.run("nft", "list", "chain", "inet", "filter", "prerouting_miniupnpd");
  }

  /** Waits until no port leads inside. */
  public void awaitNoMappings() throws IOException {
    while (mappings().contains("dnat")) {
      Thread.onSpinWait();
    }
  }

  /** The time left of the only mapping. */
  public long leaseSeconds() throws IOException {
    String[] fields = Files.readString(leases).strip().split(":", -1);
    return Long.parseLong(fields[4]) - System.currentTimeMillis() / 1000;
  }

  /** Hides nothing any more. */
  public void hideNothing() throws IOException {
    namespace.run("nft", "flush", "chain", "inet", "hide", "input");
  }

  /** The holes that there are, as nft lists them. */
  public String holes() throws IOException {
    return namespace.run("nft", "list", "chain", "inet", "filter", "miniupnpd");
  }

  /** Waits until there are none: the request to close is not waited for by who sends it. */
  public void awaitNoHoles() throws IOException {
    while (holes().contains("accept")) {
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    daemon.ifPresent(process -> process.destroyForcibly().onExit().join());
  }
}
