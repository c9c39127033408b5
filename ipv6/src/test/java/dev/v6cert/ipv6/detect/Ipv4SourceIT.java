package dev.v6cert.ipv6.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** IPv4 addresses of a host through both sources, and what is chosen beside IPv6. */
class Ipv4SourceIT extends SourcesOfOneHost {

  @Test
  void bothSourcesListTheSameAndTheRoute() throws Exception {
    host.addDevice("eth0");
    host.addAddress("eth0", "9.9.9.7/24");
    host.addAddress("eth0", "9.9.9.8/24", "valid_lft", "7200", "preferred_lft", "3600");
    host.addAddress("eth0", "9.9.9.9/24", "preferred_lft", "0");
    host.addDevice("eth1");
    host.addAddress("eth1", "192.168.1.7/24");
    host.run("ip", "route", "add", "default", "via", "9.9.9.1");

    assertThat(probe("ipv4"))
        .anyMatch(line -> line.startsWith("the JDK\t9.9.9.7/24\teth0\t"))
        .anyMatch(line -> line.startsWith("the JDK\t192.168.1.7/24\teth1\t"))
        .contains("IPv4\tdefault\teth0")
        .noneMatch(line -> line.contains("::"));
    assertThat(probe("full4"))
        .anyMatch(line -> line.matches("netlink\t9.9.9.7/24\teth0\t.*\\[PERMANENT\\].*forever"))
        .anyMatch(line -> line.matches("netlink\t9.9.9.8/24\teth0\t.*\\[DHCP\\]\t3[56].*"))
        .anyMatch(line -> line.matches("netlink\t9.9.9.9/24\teth0\t.*DEPRECATED.*"))
        .contains("IPv4\tdefault\teth0");
  }

  @Test
  void theAddressSetByHandIsTakenAndTheOthersToldWhy() throws Exception {
    host.addDevice("eth0");
    host.addAddress("eth0", "9.9.9.7/24");
    host.addAddress("eth0", "9.9.9.8/24", "valid_lft", "7200", "preferred_lft", "3600");
    host.addAddress("eth0", "9.9.9.9/24", "preferred_lft", "0");

    assertThat(probe("find"))
        .contains("from\tnetlink", "chosen\t9.9.9.7")
        .contains("not\t9.9.9.9\t9.9.9.7 is better: this one is deprecated (rule 2)")
        .contains("not\t127.0.0.1\tLoopback (127.0.0.0/8, RFC 1122)");
  }

  @Test
  void oneAddressTakesNoNetlink() throws Exception {
    host.addDevice("eth0");
    host.addAddress("eth0", "9.9.9.7/24");

    assertThat(probe("find")).contains("from\t/proc/net and the JDK", "chosen\t9.9.9.7");
  }

  @Test
  void ipv6ComesFirstAndIpv4WhereItIsWanted() throws Exception {
    host.addDevice("eth0");
    host.addAddress("eth0", "9.9.9.7/24");
    host.addAddress("eth0", "2a01:4f8:c17:b8f::2/64");

    assertThat(probe("find")).contains("from\t/proc/net", "chosen\t2a01:4f8:c17:b8f::2");
    assertThat(probe("find", "family=IPV4")).contains("from\tthe JDK", "chosen\t9.9.9.7");
    assertThat(probe("closely"))
        .contains("not\t9.9.9.7\tIPv6 comes first; --family ipv4 takes this one");
  }

  @Test
  void aMachineBehindARouterIsToldApartFromOneBehindTheProvider() throws Exception {
    host.addDevice("eth0");
    host.addAddress("eth0", "192.168.1.7/24");
    assertThat(probe("find")).contains("none\tONLY_LINK_LOCAL\tONLY_PRIVATE");
    host.run("ip", "-4", "address", "flush", "dev", "eth0");
    host.addAddress("eth0", "100.64.3.2/10");
    assertThat(probe("find")).contains("none\tONLY_LINK_LOCAL\tONLY_CARRIERS");
  }
}
