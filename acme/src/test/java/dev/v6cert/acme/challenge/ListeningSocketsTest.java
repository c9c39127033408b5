package dev.v6cert.acme.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure.CannotBind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A /proc as recorded on a little-endian machine: nginx on 0.0.0.0:80, caddy on [::]:443. */
class ListeningSocketsTest {

  private static final String HEAD =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout"
          + " inode\n";

  @TempDir Path proc;

  @BeforeEach
  void record() throws IOException {
    Assumptions.assumeTrue(
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN, "this machine is big-endian");
    Files.createDirectories(proc.resolve("net"));
    Files.writeString(
        proc.resolve("net/tcp"),
        HEAD
            + "   0: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0"
            + "        0 4711 1 0000000000000000 100 0 0 10 0\n"
            + "   1: 0100007F:0050 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0"
            + "        0 4712 1 0000000000000000 100 0 0 10 0\n");
    Files.writeString(
        proc.resolve("net/tcp6"),
        HEAD
            + "   0: 00000000000000000000000000000000:01BB 00000000000000000000000000000000:0000 0A"
            + " 00000000:00000000 00:00000000 00000000     0        0 815 1 0000000000000000 100 0"
            + " 0 10 0\n"
            + "   1: F804012A8F0B170C0000000002000000:1F90 00000000000000000000000000000000:0000 0A"
            + " 00000000:00000000 00:00000000 00000000     0        0 816 1 0000000000000000 100 0"
            + " 0 10 0\n");
    Files.writeString(
        proc.resolve("net/udp6"),
        HEAD
            + "  12: F804012A8F0B170C0000000002000000:0035 00000000000000000000000000000000:0000 07"
            + " 00000000:00000000 00:00000000 00000000     0        0 817 2 0000000000000000 0\n"
            + "  13: F804012A8F0B170C0000000002000000:0050 00000000000000000000000000000000:0000 07"
            + " 00000000:00000000 00:00000000 00000000     0        0 818 2 0000000000000000 0\n");
    process(400, "dnsmasq", 817);
    process(401, "quic", 818);
    process(100, "nginx", 4711);
    process(101, "curl", 4712);
    process(99, "nginx", 4711);
    process(102, "nginx", 4711);
    process(200, "caddy", 815);
    process(300, "node", 816);
  }

  private void process(int pid, String name, int inode) throws IOException {
    Path files = Files.createDirectories(proc.resolve(Integer.toString(pid)).resolve("fd"));
    Files.createSymbolicLink(files.resolve("0"), Path.of("pipe:[1]"));
    Files.createSymbolicLink(files.resolve("6"), Path.of("socket:[" + inode + "]"));
    Files.writeString(files.resolveSibling("comm"), name + "\n");
  }

  private List<CannotBind.Holder> holders(String address, int port) {
    return ListeningSockets.holders(
        proc, new InetSocketAddress(InetAddress.ofLiteral(address), port));
  }

  private static CannotBind.Holder holder(String address, int port, long pid, String name) {
    return new CannotBind.Holder(
        new InetSocketAddress(InetAddress.ofLiteral(address), port), pid, name);
  }

  @Test
  void namesTheProcessThatListens() {
    assertThat(holders("::", 80)).containsExactly(holder("0.0.0.0", 80, 99, "nginx"));
    assertThat(holders("2a01:4f8:c17:b8f::2", 443))
        .containsExactly(holder("::", 443, 200, "caddy"));
    assertThat(holders("2a01:4f8:c17:b8f::2", 8080))
        .containsExactly(holder("2a01:4f8:c17:b8f:0:0:0:2", 8080, 300, "node"));
  }

  @Test
  void namesNobodyWhoListensOnEveryAddressOfIpv4AsInTheWayOfAnIpv6Address() {
    assertThat(holders("2a01:4f8:c17:b8f::2", 80)).isEmpty();
    assertThat(holders("192.0.2.1", 80)).hasSize(1);
  }

  @Test
  void namesNobodyOnAnotherPortOrAddress() {
    assertThat(holders("::", 81)).isEmpty();
    assertThat(holders("2a01:4f8:c17:b8f::3", 8080)).isEmpty();
  }

  @Test
  void findsNothingWhereThereIsNoProc() {
    assertThat(
            ListeningSockets.holders(
                proc.resolve("none"), new InetSocketAddress(InetAddress.ofLiteral("::"), 80)))
        .isEmpty();
  }

  @Test
  void datagramSocketsCountOnThePortOfNameServersAlone() {
    assertThat(holders("2a01:4f8:c17:b8f::2", 53))
        .containsExactly(holder("2a01:4f8:c17:b8f::2", 53, 400, "dnsmasq"));
    assertThat(holders("2a01:4f8:c17:b8f::2", 80)).isEmpty();
  }
}
