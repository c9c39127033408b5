package dev.v6cert.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A packet filter of Linux, started for real in a namespace: shut to strangers, open to answers and
 * to what IPv6 needs. The test is skipped, with the reason, where it is not installed.
 */
public final class PacketFilter implements AutoCloseable {

  /** The filters, by the tool that people use. */
  public enum Kind {
    NFTABLES("nft"),
    IP6TABLES("ip6tables"),
    IP6TABLES_LEGACY("ip6tables-legacy"),
    UFW("ufw"),
    FIREWALLD("firewalld");

    private final String program;

    Kind(String program) {
      this.program = program;
    }
  }

  private static final String CHAIN =
      "table inet guard { chain input { type filter hook input priority 0; policy drop;"
          + " iif lo accept; ct state established,related accept; meta l4proto ipv6-icmp accept; };"
          + " }";

  private final Kind kind;
  private final NetworkNamespace machine;
  private final Path home;
  private final List<Process> daemons = new ArrayList<>();
  private final List<String[]> endings = new ArrayList<>();
  private boolean legacy;

  private PacketFilter(Kind kind, NetworkNamespace machine, Path home) {
    this.kind = kind;
    this.machine = machine;
    this.home = home;
  }

  /**
   * Starts it.
   *
   * @param home an empty directory of its own
   */
  public static PacketFilter start(Kind kind, NetworkNamespace machine, Path home)
      throws IOException {
    assumeTrue(isThere(kind.program), "there is no " + kind.program);
    PacketFilter filter = new PacketFilter(kind, machine, home);
    filter.endings.add(new String[] {"nft", "flush", "ruleset"});
    switch (kind) {
      case NFTABLES -> machine.run("nft", CHAIN);
      case IP6TABLES -> filter.iptables("");
      case IP6TABLES_LEGACY -> filter.legacy();
      case UFW -> filter.ufw();
      case FIREWALLD -> filter.firewalld();
    }
    return filter;
  }

  private void iptables(String kind) throws IOException {
    for (String rule :
        List.of(
            "ip6tables%s -A INPUT -i lo -j ACCEPT",
            "ip6tables%s -A INPUT -p icmpv6 -j ACCEPT",
            "ip6tables%s -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT",
            "ip6tables%s -P INPUT DROP",
            "iptables%s -A INPUT -i lo -j ACCEPT",
            "iptables%s -A INPUT -m conntrack --ctstate ESTABLISHED -j ACCEPT",
            "iptables%s -P INPUT DROP")) {
      machine.run("sh", "-c", rule.formatted(kind));
    }
  }

  /** The tables of before nftables, which {@code nft} does not show. */
  private void legacy() throws IOException {
    assumeTrue(
        machine
            .run("sh", "-c", "ip6tables-legacy -L -n >/dev/null 2>&1 && echo yes || :")
            .equals("yes\n"),
        "this kernel has no legacy tables (ip6_tables)");
    for (String family : List.of("iptables-legacy", "ip6tables-legacy")) {
      endings.add(new String[] {family, "-F"});
      endings.add(new String[] {family, "-P", "INPUT", "ACCEPT"});
    }
    iptables("-legacy");
    legacy = true;
  }

  private void ufw() throws IOException {
    assumeTrue(Files.isReadable(Path.of("/etc/ufw/user.rules")), "only root reads ufw's rules");
    machine.run("sh", "-c", "cp -r --preserve=mode /etc/ufw /etc/default \"$0\"", home.toString());
    machine.run("mount", "--bind", home.resolve("ufw").toString(), "/etc/ufw");
    machine.run("mount", "--bind", home.resolve("default").toString(), "/etc/default");
    endings.add(new String[] {"umount", "/etc/default", "/etc/ufw"});
    machine.run("ufw", "--force", "enable");
    endings.add(new String[] {"ufw", "disable"});
  }

  private void firewalld() throws IOException {
    assumeTrue(isThere("dbus-daemon"), "there is no dbus-daemon (package dbus)");
    machine.run("mount", "-t", "tmpfs", "none", "/run");
    machine.run("mount", "-t", "tmpfs", "none", "/etc/firewalld");
    endings.add(new String[] {"umount", "/etc/firewalld", "/run"});
    machine.run("sh", "-c", "mkdir /run/dbus /run/firewalld; cd /etc/firewalld; mkdir zones");
    daemon(
        "dbus-daemon",
        "--config-file=/usr/share/dbus-1/session.conf",
        "--nofork",
        "--address=unix:path=/run/dbus/system_bus_socket");
    machine.run("sh", "-c", "until [ -S /run/dbus/system_bus_socket ]; do :; done");
    daemon("firewalld", "--nofork", "--nopid", "--log-file", home + "/log");
    while (!machine.run("sh", "-c", "firewall-cmd --state 2>&1 || :").startsWith("running")) {
      if (!daemons.getLast().isAlive()) {
        throw new IOException("firewalld ended: " + Files.readString(home.resolve("out")));
      }
    }
  }

  /** Loads its rules anew, as administrators and package updates do: the rules of others go. */
  public void reload() throws IOException {
    switch (kind) {
      case NFTABLES -> {
        machine.run("nft", "flush", "ruleset");
        machine.run("nft", CHAIN);
      }
      case IP6TABLES -> {
        machine.run("sh", "-c", "iptables -F; ip6tables -F");
        iptables("");
      }
      case IP6TABLES_LEGACY -> {
        machine.run("sh", "-c", "iptables-legacy -F; ip6tables-legacy -F");
        iptables("-legacy");
      }
      case UFW -> machine.run("ufw", "reload");
      case FIREWALLD -> machine.run("firewall-cmd", "--reload");
    }
  }

  private void daemon(String... command) throws IOException {
    daemons.add(
        machine
            .process(List.of(command))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("out").toFile()))
            .start());
  }

  /** The rules that there are, without the counts of packets. */
  public String rules() throws IOException {
    return legacy
        ? machine.run("sh", "-c", "iptables-legacy -S; ip6tables-legacy -S")
        : machine.run("nft", "--stateless", "list", "ruleset");
  }

  private static boolean isThere(String tool) {
    return List.of("/usr/sbin", "/sbin", "/usr/bin").stream()
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
  }

  @Override
  public void close() throws IOException {
    for (Process daemon : daemons.reversed()) {
      daemon.destroy();
      daemon.onExit().join();
    }
    for (String[] ending : endings.reversed()) {
      machine.run(ending);
    }
  }
}
