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
      ext_ip=9.9.9.2
      listening_ip=lan0
      enable_natpmp=yes
      enable_upnp=yes
      min_lifetime=120
      secure_mode=yes
      uuid=440d044f-0d85-4fe2-821b-7264c906d077
      allow 1-65535 0.0.0.0/0 1-65535
      """;

  private final NetworkNamespace namespace;
  private final Path home;
  private Optional<Process> daemon = Optional.empty();

  private HomeRouter(NetworkNamespace namespace, Path home) {
    this.namespace = namespace;
    this.home = home;
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
    namespace.addAddress("wan0", "2a00:1450:4001:82a::2/64");
    namespace.addAddress("wan0", "9.9.9.2/24");
    namespace.sysctl("net/ipv6/conf/all/forwarding", "1");
    namespace.run("nft", "-f", Files.writeString(home.resolve("rules.nft"), RULES).toString());
    Path configuration = Files.writeString(home.resolve("miniupnpd.conf"), CONFIGURATION);
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
