package dev.v6cert.ipv6.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.PacketFilter;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares our reading of the rules with the kernel: each set of rules is loaded in a namespace,
 * and a stranger in another one tries to connect.
 */
class FirewallIT {

  private static final String ADDRESS = "2a01:4f8:c17:b8f::2";
  private static final String STRANGER = "2a00:1450:4001:82a::1";
  private static final int PORT = 80;
  private static final InboundConnection KNOCK =
      new InboundConnection(Ipv6Address.parse(ADDRESS), PORT, Optional.of("eth0"));

  static NetworkNamespace machine;
  static NetworkNamespace internet;
  static Process server;

  @BeforeAll
  static void make() throws Exception {
    machine = NetworkNamespace.create();
    internet = machine.neighbour();
    machine.connect("eth0", internet, "eth0");
    machine.addAddress("eth0", ADDRESS + "/128");
    internet.addAddress("eth0", STRANGER + "/128");
    machine.run("ip", "-6", "route", "add", "default", "dev", "eth0");
    internet.run("ip", "-6", "route", "add", "default", "dev", "eth0");
    server =
        machine
            .java(List.of(), FirewallProbe.class, List.of("listen", ADDRESS, PORT + ""))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(server.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("listening");
  }

  @AfterAll
  static void end() throws Exception {
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
    if (machine != null) {
      machine.close();
    }
  }

  @BeforeEach
  void reset() throws IOException {
    assumeTrue(isThere("nft"), "there is no nft (package nftables)");
    machine.run("nft", "flush", "ruleset");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "policy drop;",
        "policy drop; tcp dport 22 accept",
        "policy drop; tcp dport { 22, 80 } accept",
        "policy drop; tcp dport @web accept",
        "policy drop; tcp dport 1-1023 accept",
        "policy drop; tcp dport != 22 accept",
        "policy drop; ip6 saddr fe80::/10 tcp dport 80 accept",
        "policy drop; ip6 saddr 2000::/3 tcp dport 80 accept",
        "policy drop; ip6 saddr != @blocked accept",
        "policy drop; ip6 daddr 2a01:4f8:c17:b8f::/64 accept",
        "policy drop; ip6 daddr 2a01:4f8:c17:b8e::/64 accept",
        "policy drop; iifname \"eth*\" tcp dport 80 accept",
        "policy drop; iif lo accept",
        "policy drop; ct state { established, related } accept; udp dport 80 accept",
        "policy drop; ct state new tcp dport 80 counter log prefix \"a b\" accept comment \"web {\"",
        "policy drop; ct state vmap { established : accept, invalid : drop }; jump allowed",
        "policy drop; tcp dport vmap { 22 : accept, 80 : jump allowed }",
        "policy drop; tcp dport vmap @verdicts",
        "policy drop; meta l4proto tcp meta nfproto ipv6 th dport 80 accept",
        "policy drop; ip6 nexthdr icmpv6 accept; icmpv6 type nd-neighbor-solicit accept",
        "policy drop; tcp flags & (fin|syn|rst|ack) == syn accept; ct state established accept",
        "policy drop; limit rate 1000/second burst 50 packets accept",
        "policy accept; tcp dport 80 drop",
        "policy accept; tcp dport 80 reject with tcp reset",
        "policy accept; goto closed",
        "policy accept; jump closed; tcp dport 80 drop",
        "policy accept; fib saddr . iif oif missing drop; limit rate over 1000/second drop",
        "policy accept; ip6 saddr @blocked drop; ct status dnat accept; rt type 0 drop",
        "policy accept; jump allowed; drop"
      })
  void agreesWithTheKernelOnNftRules(String rules) throws Exception {
    load(rules);

    FirewallVerdict verdict = Firewall.verdict(machine.run("nft", "list", "ruleset"), "", KNOCK);

    boolean open =
        verdict instanceof FirewallVerdict.Open || verdict instanceof FirewallVerdict.NoRules;
    assertThat(verdict).isNotInstanceOf(FirewallVerdict.Unclear.class);
    assertThat(open).as(verdict.toString()).isEqualTo(isReached());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flags dormant",
        "comment \"no { chain, though dormant\"",
        "comment \"x\"; flags dormant"
      })
  void agreesWithTheKernelOnWhatStandsBeforeTheChains(String head) throws Exception {
    Path file = Files.createTempFile("ruleset", ".nft");
    Files.writeString(
        file,
        "table inet test {\n"
            + head
            + "\nchain first { type filter hook output priority 0; policy accept;\n}\n"
            + "chain input { type filter hook input priority 0; policy drop;\n"
            + "meta l4proto icmpv6 accept\n}\n}\n");
    machine.run("nft", "-f", file.toString());
    Files.delete(file);

    FirewallVerdict verdict = Firewall.verdict(machine.run("nft", "list", "ruleset"), "", KNOCK);

    boolean open =
        verdict instanceof FirewallVerdict.Open || verdict instanceof FirewallVerdict.NoRules;
    assertThat(open).as(verdict.toString()).isEqualTo(isReached());
  }

  @Test
  void readsTheTableThatAProgramOwns() {
    String text =
        """
        table inet held { # progname firewalld
          flags owner
          chain input {
            type filter hook input priority filter; policy drop;
          }
        }
        """;

    assertThat(Firewall.verdict(text, "", KNOCK)).isInstanceOf(FirewallVerdict.Closed.class);
  }

  private static void load(String rules) throws Exception {
    String chain =
        rules.isEmpty()
            ? ""
            : "chain input { type filter hook input priority 0; "
                + rules.replaceFirst("(policy [a-z]+;)", "$1\nmeta l4proto icmpv6 accept\n")
                + "\n}";
    Path file = Files.createTempFile("ruleset", ".nft");
    Files.writeString(
        file,
        """
        table inet test {
          set web { type inet_service; elements = { 80, 443 } }
          set blocked { type ipv6_addr; flags interval; elements = {
            2001:db8::/32, 2001:db9::1-2001:db9::7, fe80::/10 } }
          map verdicts { type inet_service : verdict; elements = { 81 : drop, 80 : accept } }
          chain allowed { tcp dport 80 accept; tcp dport 443 accept
          }
          chain closed { tcp dport 22 return; tcp dport 81 accept; ip6 saddr ::1 drop
          }
          %s
        }
        """
            .formatted(chain));
    machine.run("nft", "-f", file.toString());
    Files.delete(file);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-A INPUT -p tcp --dport 22 -j DROP",
        "-A INPUT -p tcp --dport 80 -j DROP",
        "-P INPUT DROP",
        "-P INPUT DROP; -A INPUT -p tcp -m multiport --dports 22,80:90 -j ACCEPT",
        "-P INPUT DROP; -A INPUT -m conntrack --ctstate NEW,ESTABLISHED -j ACCEPT",
        "-P INPUT DROP; -A INPUT -m state --state ESTABLISHED -j ACCEPT",
        "-A INPUT -p tcp --syn -j REJECT --reject-with tcp-reset",
        "-A INPUT -p tcp ! --dport 22 -m comment --comment \"not -p ssh\" -j DROP",
        "-N web; -P INPUT DROP; -A INPUT -i eth+ -j web; -A web -p tcp --dport 80 -j ACCEPT",
        "-N web; -A INPUT -j web; -A web -s fe80::/10 -j RETURN; -A web -p tcp -j DROP",
        "-P INPUT DROP; -A INPUT -m addrtype --dst-type LOCAL -j ACCEPT",
        "-t mangle -A PREROUTING -p tcp --dport 80 -j DROP"
      })
  void agreesWithTheKernelOnIp6tablesRules(String rules) throws Exception {
    assumeTrue(isThere("ip6tables"), "there is no ip6tables (package iptables)");
    machine.run("ip6tables", "-A", "INPUT", "-p", "icmpv6", "-j", "ACCEPT");
    for (String rule : rules.split("; ", -1)) {
      machine.run("sh", "-c", "ip6tables " + rule);
    }

    FirewallVerdict nft = Firewall.verdict(machine.run("nft", "list", "ruleset"), "", KNOCK);
    FirewallVerdict saved = Firewall.verdict("", machine.run("ip6tables-save"), KNOCK);

    boolean reached = isReached();
    for (FirewallVerdict verdict : List.of(nft, saved)) {
      assertThat(verdict instanceof FirewallVerdict.Open)
          .as(rules + ": " + verdict)
          .isEqualTo(reached);
      assertThat(verdict).isNotInstanceOf(FirewallVerdict.Unclear.class);
    }
  }

  @Test
  void saysWhereItCannotTell() throws Exception {
    load("policy drop; meta mark 7 accept");

    assertThat(Firewall.verdict(machine.run("nft", "list", "ruleset"), "", KNOCK))
        .isInstanceOfSatisfying(
            FirewallVerdict.Unclear.class,
            unclear -> {
              assertThat(unclear.open()).isFalse();
              assertThat(unclear.rules()).containsExactly("meta mark 0x00000007 accept");
            });
  }

  @Test
  void runsTheToolItselfAndNamesTheRule() throws Exception {
    load("policy accept; tcp dport 80 drop");

    assertThat(machine.runJava(FirewallProbe.class, "verdict", ADDRESS, PORT + "", "eth0"))
        .startsWith("Closed[keeper=NFTABLES, chain=inet test input")
        .contains("tcp dport 80 drop");
  }

  @Test
  void knowsTheRulesOfUfw(@TempDir Path home) throws Exception {
    assertKnows(PacketFilter.Kind.UFW, home, "ufw", "allow", "80/tcp");
  }

  @Test
  void knowsTheRulesOfFirewalld(@TempDir Path home) throws Exception {
    assertKnows(PacketFilter.Kind.FIREWALLD, home, "firewall-cmd", "--add-port=80/tcp");
  }

  private static void assertKnows(PacketFilter.Kind kind, Path home, String... opening)
      throws Exception {
    try (PacketFilter _ = PacketFilter.start(kind, machine, home)) {
      String before = machine.runJava(FirewallProbe.class, "verdict", ADDRESS, PORT + "", "eth0");
      assertThat(before).startsWith("Closed[keeper=" + kind);
      assertThat(isReached()).isFalse();

      machine.run(opening);

      assertThat(machine.runJava(FirewallProbe.class, "verdict", ADDRESS, PORT + "", "eth0"))
          .startsWith("Open[keeper=" + kind);
      assertThat(isReached()).isTrue();
    }
  }

  /** The rules of ufw stay apart from ours, which is there after {@code ufw reload}. */
  @ParameterizedTest
  @EnumSource(
      value = PacketFilter.Kind.class,
      names = {"NFTABLES", "FIREWALLD"})
  void isOpenedAnewWhereItWasReloaded(PacketFilter.Kind kind, @TempDir Path home) throws Exception {
    try (PacketFilter filter = PacketFilter.start(kind, machine, home)) {
      String before = filter.rules();
      Process opening = open("eth0");
      BufferedReader out = opening.inputReader(StandardCharsets.UTF_8);
      BufferedWriter in = opening.outputWriter(StandardCharsets.UTF_8);
      assertThat(out.readLine()).startsWith("opened by [");
      assertThat(isReached()).isTrue();
      in.write('x');
      in.flush();
      assertThat(out.readLine()).isEqualTo("was shut: false");

      filter.reload();

      assertThat(isReached()).isFalse();
      in.write('x');
      in.flush();
      assertThat(out.readLine()).isEqualTo("was shut: true");
      assertThat(isReached()).isTrue();
      in.close();
      assertThat(out.readLine()).isEqualTo("closed");
      assertThat(opening.waitFor()).isZero();
      assertThat(filter.rules()).isEqualTo(before);
    }
  }

  /** A process that lets the connection in, by the interface, once it has said so. */
  private static Process open(String device) throws IOException {
    return machine
        .java(List.of(), FirewallProbe.class, List.of("open", ADDRESS, PORT + "", device))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static void close(Process opening) throws Exception {
    opening.getOutputStream().close();
    assertThat(opening.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("closed");
    assertThat(opening.waitFor()).isZero();
  }

  @ParameterizedTest
  @EnumSource(PacketFilter.Kind.class)
  void isOpenUntilTheLastOfTwoProcessesCloses(PacketFilter.Kind kind, @TempDir Path home)
      throws Exception {
    try (PacketFilter filter = PacketFilter.start(kind, machine, home)) {
      String before = filter.rules();
      Process first = open("eth0");
      assertThat(first.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("opened by [");
      Process second = open("eth0");
      assertThat(second.inputReader(StandardCharsets.UTF_8).readLine())
          .startsWith("opened by [")
          .isNotEqualTo("opened by []");

      close(first);

      assertThat(isReached()).isTrue();
      close(second);
      assertThat(isReached()).isFalse();
      assertThat(filter.rules()).isEqualTo(before);
    }
  }

  @Test
  void isNotOpenedAgainWhereItsRuleIsThereAndNothingCanBeTold(@TempDir Path home) throws Exception {
    try (PacketFilter filter = PacketFilter.start(PacketFilter.Kind.FIREWALLD, machine, home)) {
      String chain = "insert rule inet firewalld filter_INPUT ";
      machine.run("nft", chain + "tcp dport 80 drop");
      machine.run("nft", chain + "meta mark 7 accept");
      String before = filter.rules();
      Process opening = open("eth0");
      BufferedReader out = opening.inputReader(StandardCharsets.UTF_8);
      assertThat(out.readLine()).isEqualTo("opened by [FIREWALLD]");
      String during = filter.rules();
      assertThat(machine.runJava(FirewallProbe.class, "verdict", ADDRESS, PORT + "", "eth0"))
          .startsWith("Unclear[");

      opening.outputWriter(StandardCharsets.UTF_8).append('x').flush();

      assertThat(out.readLine()).isEqualTo("was shut: false");
      assertThat(filter.rules()).isEqualTo(during).isNotEqualTo(before);
      close(opening);
      assertThat(filter.rules()).isEqualTo(before);
    }
  }

  private static boolean isReached() throws Exception {
    Process process =
        internet
            .process(List.of("bash", "-c", "exec 3<>/dev/tcp/" + ADDRESS + "/" + PORT))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    boolean ended = process.waitFor(800, TimeUnit.MILLISECONDS);
    process.destroyForcibly();
    return ended && process.exitValue() == 0;
  }

  private static boolean isThere(String tool) {
    return List.of("/usr/sbin", "/sbin", "/usr/bin").stream()
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, tool)));
  }
}
