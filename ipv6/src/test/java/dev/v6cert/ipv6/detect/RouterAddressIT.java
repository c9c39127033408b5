package dev.v6cert.ipv6.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.RouterAdvertisement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Addresses that the kernel makes from a router's advertisements, through every source. */
class RouterAddressIT extends SourcesOfOneHost {
  private NetworkNamespace router = host;

  @BeforeEach
  void joinRouter() throws IOException {
    router = host.neighbour();
    router.sysctl("net/ipv6/conf/default/accept_dad", "0");
  }

  private void advertise(String... prefixes) throws IOException {
    await(router, "inet6 fe80:"); // Hosts believe a router only by its link-local address.
    List<String> arguments = new ArrayList<>(List.of("eth0", "1800"));
    arguments.addAll(List.of(prefixes));
    router.runJava(RouterAdvertisement.class, arguments.toArray(String[]::new));
  }

  @Test
  void temporaryBesideTheStableOne() throws Exception {
    host.sysctl("net/ipv6/conf/default/use_tempaddr", "2");
    host.connect("eth0", router, "eth0");
    advertise("2a01:4f8:c17:b8f::", "86400", "14400");
    await(host, "temporary");
    List<String> seen = agreeing();
    String stable = stable();
    assertThat(seen)
        .contains("chosen\t" + stable, "/proc/net\tdefault\teth0", "the JDK\tdefault\teth0")
        .anyMatch(line -> line.endsWith(stable + " is better: this one is temporary (rule 5)"));
  }

  @Test
  void stablePrivateBesideEui64() throws Exception {
    host.connect("eth0", router, "eth0");
    advertise("2a01:4f8:c17:b8f::", "86400", "14400");
    await(host, "mngtmpaddr");
    host.sysctl("net/ipv6/conf/eth0/stable_secret", "2a01:4f8::17"); // Also switches to it.
    advertise("2a01:4f8:c17:b90::", "86400", "7200");
    await(host, "stable-privacy");
    assertThat(agreeing())
        .anyMatch(line -> line.startsWith("chosen\t2a01:4f8:c17:b90:"))
        .anyMatch(line -> line.startsWith("not\t2a01:4f8:c17:b8f:") && line.endsWith("(rule 6)"));
  }

  @Test
  void prefixThatTheRouterTakesBack() throws Exception {
    host.connect("eth0", router, "eth0");
    advertise("2a01:4f8:c17:b8f::", "86400", "14400");
    await(host, "2a01:4f8:c17:b8f:");
    advertise("2a01:4f8:c17:b8f::", "7200", "0", "2a01:4f8:c17:b90::", "86400", "14400");
    await(host, "deprecated");
    assertThat(agreeing())
        .anyMatch(line -> line.startsWith("chosen\t2a01:4f8:c17:b90:"))
        .anyMatch(line -> line.startsWith("not\t2a01:4f8:c17:b8f:") && line.endsWith("(rule 2)"));
  }

  @Test
  void twoPrefixesAreToldApartByTheirLifetimes() throws Exception {
    host.connect("eth0", router, "eth0");
    advertise("2a01:4f8:c17:b8f::", "86400", "7200", "2a01:4f8:c17:b90::", "86400", "14400");
    await(host, "2a01:4f8:c17:b90:");
    assertThat(agreeing())
        .contains("from\tnetlink")
        .anyMatch(line -> line.startsWith("chosen\t2a01:4f8:c17:b90:"))
        .anyMatch(line -> line.startsWith("not\t2a01:4f8:c17:b8f:") && line.endsWith("(rule 7)"));
  }

  private String stable() throws IOException {
    return IpCommand.addresses(host).stream()
        .filter(one -> one.scope().isPublic() && !one.is(AddressFlag.TEMPORARY))
        .findFirst()
        .orElseThrow()
        .address()
        .toString();
  }
}
