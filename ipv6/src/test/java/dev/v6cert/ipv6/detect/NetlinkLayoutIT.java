package dev.v6cert.ipv6.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.testing.SystemHeaders;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetlinkLayoutIT {
  private final SystemHeaders headers =
      new SystemHeaders(
          "stddef.h",
          "sys/socket.h",
          "linux/if.h",
          "linux/if_addr.h",
          "linux/if_arp.h",
          "linux/netlink.h",
          "linux/rtnetlink.h");

  @ParameterizedTest
  @EnumSource
  void socketsAreAsInTheHeaders(SystemHeaders.Target target) throws Exception {
    headers.claimConstants(NetlinkSocket.class, Map.of("BUFFER", "", "ERRNO", ""));
    for (String wide : new String[] {"size_t", "ssize_t", "void *"}) {
      headers.claim("sizeof(" + wide + ")", Long.BYTES);
    }
    assertThat(headers.refutedBy(target)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void messagesAreAsInTheHeaders(SystemHeaders.Target target) throws Exception {
    headers.claimConstants(
        NetlinkMessages.class,
        Map.of(
            "HEADER", "NLMSG_HDRLEN",
            "IFADDRMSG", "NLMSG_ALIGN(sizeof(struct ifaddrmsg))",
            "IFINFOMSG", "NLMSG_ALIGN(sizeof(struct ifinfomsg))",
            "ATTRIBUTE_TYPE", "NLA_TYPE_MASK & 0xffff",
            "INFINITE", "")); // Only the kernel's own sources name it.
    headers.claim("NLA_HDRLEN", 4);
    headers.claim("offsetof(struct nlmsghdr, nlmsg_len)", 0);
    headers.claim("offsetof(struct nlmsghdr, nlmsg_type)", 4);
    headers.claim("offsetof(struct nlmsghdr, nlmsg_flags)", 6);
    headers.claim("offsetof(struct nlmsgerr, error)", 0);
    headers.claim("offsetof(struct nlattr, nla_len)", 0);
    headers.claim("offsetof(struct nlattr, nla_type)", 2);
    headers.claim("offsetof(struct ifinfomsg, ifi_type)", 2);
    headers.claim("offsetof(struct ifinfomsg, ifi_index)", 4);
    headers.claim("offsetof(struct ifaddrmsg, ifa_family)", 0);
    headers.claim("offsetof(struct ifaddrmsg, ifa_prefixlen)", 1);
    headers.claim("offsetof(struct ifaddrmsg, ifa_flags)", 2);
    headers.claim("offsetof(struct ifaddrmsg, ifa_index)", 4);
    headers.claim("offsetof(struct ifa_cacheinfo, ifa_prefered)", 0);
    headers.claim("offsetof(struct ifa_cacheinfo, ifa_valid)", 4);
    assertThat(headers.refutedBy(target)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void flagsOfAddressesAreAsInTheHeaders(SystemHeaders.Target target) throws Exception {
    for (int bit = 0; bit < Integer.SIZE; bit++) {
      for (AddressFlag flag : AddressFlag.ofLinux(1 << bit, 64)) {
        headers.claim("IFA_F_" + flag, Integer.toUnsignedLong(1 << bit));
      }
    }
    assertThat(headers.refutedBy(target)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void refutesWhatIsWrong(SystemHeaders.Target target) throws Exception {
    headers.claim("sizeof(struct nlmsghdr)", 17);
    assertThat(headers.refutedBy(target)).anyMatch(line -> line.contains("is not 17"));
  }
}
