package dev.v6cert.ipv6.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A host in a namespace, and the check that all sources there agree with {@code ip}. */
abstract class SourcesOfOneHost {
  private static final Set<AddressFlag> BEYOND_EIGHT_BITS =
      EnumSet.of(AddressFlag.MANAGETEMPADDR, AddressFlag.STABLE_PRIVACY);

  final NetworkNamespace host = NetworkNamespace.create();

  @BeforeEach
  void newHost() throws IOException {
    host.sysctl("net/ipv6/conf/default/accept_dad", "0");
  }

  @AfterEach
  void closeHost() {
    host.close();
  }

  List<String> probe(String... arguments) throws IOException {
    return host.runJava(AddressProbe.class, arguments).lines().toList();
  }

  /** The lines of one source, without its name. */
  private static List<String> of(String source, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(source + "\t"))
        .map(line -> line.substring(source.length() + 1))
        .toList();
  }

  /** Checks each source against {@code ip}, and the sources against each other. */
  List<String> agreeing() throws IOException {
    List<InterfaceAddress> oracle;
    List<String> seen;
    do { // The kernel goes on making link-local addresses after a device is up.
      oracle = IpCommand.addresses(host);
      seen = probe("proc", "netlink", "jdk", "look", "closely");
    } while (!states(oracle).equals(states(IpCommand.addresses(host))));
    check(oracle, seen);
    return seen;
  }

  private static List<String> states(List<InterfaceAddress> addresses) {
    return addresses.stream().map(one -> one.address() + " " + one.flags()).toList();
  }

  private static void check(List<InterfaceAddress> oracle, List<String> seen) {
    List<String> proc = of("/proc/net", seen);
    List<String> netlink = of("netlink", seen);
    List<String> jdk = of("the JDK", seen);
    assertThat(proc).hasSize(oracle.size() + 1);
    assertThat(netlink).hasSize(oracle.size() + 1);
    assertThat(jdk).hasSize(oracle.size() + 1);
    for (int i = 0; i < oracle.size(); i++) {
      InterfaceAddress one = oracle.get(i);
      check(proc.get(i), one, false);
      check(netlink.get(i), one, true);
      assertThat(columns(proc.get(i)).subList(0, 5))
          .isEqualTo(columns(netlink.get(i)).subList(0, 5));
      assertThat(columns(jdk.get(i)).subList(0, 4))
          .isEqualTo(columns(netlink.get(i)).subList(0, 4));
    }
    assertThat(netlink.getLast()).isEqualTo(proc.getLast());
  }

  private static List<String> columns(String line) {
    return List.of(line.split("\t", -1));
  }

  private static void check(String line, InterfaceAddress oracle, boolean full) {
    List<String> columns = columns(line);
    Set<AddressFlag> flags = EnumSet.copyOf(oracle.flags());
    if (!full) {
      flags.removeAll(BEYOND_EIGHT_BITS);
    }
    assertThat(columns)
        .startsWith(
            oracle.address() + "/" + oracle.prefixLength(),
            oracle.on().name().replaceFirst("@.*", ""),
            Integer.toString(oracle.on().index()));
    assertThat(columns.get(5)).as(line).isEqualTo(flags.toString());
    if (full) {
      assertNear(columns.get(6), oracle.preferred());
      assertNear(columns.get(7), oracle.valid());
    } else {
      assertThat(columns).endsWith("unknown", "unknown");
    }
  }

  /** The program ran a little later than {@code ip}. */
  private static void assertNear(String text, Lifetime oracle) {
    if (oracle instanceof Lifetime.Lasting lasting) {
      long seconds = Long.parseLong(text.replace("s", ""));
      assertThat(seconds)
          .isBetween(Math.max(0, lasting.left().toSeconds() - 20), lasting.left().toSeconds());
    } else {
      assertThat(text).isEqualTo(oracle.toString());
    }
  }

  /** Waits until {@code ip} shows an address with the given words. */
  static void await(NetworkNamespace namespace, String words) throws IOException {
    long start = System.nanoTime();
    while (!namespace.run("ip", "-6", "-o", "address").contains(words)) {
      assertThat(System.nanoTime() - start).as("waiting for %s", words).isLessThan(20_000_000_000L);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
