package dev.v6cert.dns.transport.linux;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.testing.SystemHeaders;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SocketLayoutIT {
  private final SystemHeaders headers =
      new SystemHeaders("errno.h", "stddef.h", "sys/socket.h", "sys/uio.h", "netinet/in.h");

  /** Claims where the fields of a structure are, and that there is room for each. */
  private void claimLayout(String struct, StructLayout layout, Map<String, String> members) {
    headers.claim("sizeof(struct " + struct + ")", layout.byteSize());
    assertThat(layout.memberLayouts())
        .filteredOn(member -> member.name().isPresent())
        .extracting(member -> member.name().orElseThrow())
        .containsExactlyInAnyOrderElementsOf(members.keySet());
    members.forEach((field, member) -> {
      MemoryLayout ours = layout.select(groupElement(field));
      long offset = layout.byteOffset(groupElement(field));
      headers.claim("offsetof(struct %s, %s)".formatted(struct, member), offset);
      // The fields of musl are narrower, with padding behind them.
      headers.claim(
          "sizeof(((struct %s *) 0)->%s) <= %d".formatted(struct, member, ours.byteSize()), 1);
    });
  }

  @ParameterizedTest
  @EnumSource
  void constantsAreAsInTheHeaders(SystemHeaders.Target target) throws Exception {
    headers.claimConstants(LinuxCalls.class, Map.of());
    headers.claim("sizeof(socklen_t)", Integer.BYTES);
    assertThat(headers.refutedBy(target)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void batchesAreAsInTheHeaders(SystemHeaders.Target target) throws Exception {
    claimLayout("iovec", DatagramBatch.IOVEC, Map.of("base", "iov_base", "length", "iov_len"));
    claimLayout(
        "mmsghdr",
        DatagramBatch.HEADER,
        Map.of(
            "name", "msg_hdr.msg_name",
            "nameLength", "msg_hdr.msg_namelen",
            "vector", "msg_hdr.msg_iov",
            "vectorLength", "msg_hdr.msg_iovlen",
            "control", "msg_hdr.msg_control",
            "controlLength", "msg_hdr.msg_controllen",
            "flags", "msg_hdr.msg_flags",
            "length", "msg_len"));
    assertThat(headers.refutedBy(target)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void packetInfoIsAsInTheHeaders(SystemHeaders.Target target) throws Exception {
    headers.claimConstants(
        PacketInfo.class,
        Map.of(
            "STRIDE", "",
            "ALIGNMENT", "sizeof(size_t)",
            "LEVEL", "offsetof(struct cmsghdr, cmsg_level)",
            "TYPE", "offsetof(struct cmsghdr, cmsg_type)",
            "DATA", "CMSG_LEN(0)",
            "IPV4_INTERFACE", "CMSG_LEN(offsetof(struct in_pktinfo, ipi_ifindex))",
            "IPV6_INTERFACE", "CMSG_LEN(offsetof(struct in6_pktinfo, ipi6_ifindex))"));
    headers.claim("CMSG_SPACE(sizeof(struct in6_pktinfo)) <= " + PacketInfo.STRIDE, 1);
    assertThat(headers.refutedBy(target)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void addressesAreAsInTheHeaders(SystemHeaders.Target target) throws Exception {
    headers.claimConstants(
        SocketAddress.class,
        Map.of(
            "MAX_LENGTH", "sizeof(struct sockaddr_in6)",
            "IPV4_LENGTH", "sizeof(struct sockaddr_in)",
            "FAMILY", "offsetof(struct sockaddr_in6, sin6_family)",
            "PORT", "offsetof(struct sockaddr_in6, sin6_port)",
            "IPV4", "offsetof(struct sockaddr_in, sin_addr)",
            "IPV6", "offsetof(struct sockaddr_in6, sin6_addr)",
            "SCOPE", "offsetof(struct sockaddr_in6, sin6_scope_id)"));
    headers.claim("offsetof(struct sockaddr_in, sin_family)", 0);
    headers.claim("offsetof(struct sockaddr_in, sin_port)", 2);
    headers.claim("sizeof(sa_family_t)", Short.BYTES);
    assertThat(headers.refutedBy(target)).isEmpty();
  }
}
