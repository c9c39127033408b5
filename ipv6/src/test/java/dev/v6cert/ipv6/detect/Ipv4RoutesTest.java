package dev.v6cert.ipv6.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Ipv4RoutesTest {
  private static final String HEAD =
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT  \n";

  @TempDir Path procNet;

  private Optional<Ipv4Routes.DefaultRoute> best(String lines) throws IOException {
    Files.writeString(procNet.resolve("route"), HEAD + lines.replace(' ', '\t'));
    return Ipv4Routes.best(procNet);
  }

  @Test
  void isTheDefaultRouteWithTheLowestMetric() throws Exception {
    assertThat(
            best(
                """
                wlan0 00000000 0101A8C0 0003 0 0 600 00000000 0 0 0
                eth0 00000000 0107A8C0 0003 0 0 100 00000000 0 0 0
                eth0 0007A8C0 00000000 0001 0 0 0 00FFFFFF 0 0 0
                """))
        .contains(
            new Ipv4Routes.DefaultRoute("eth0", Optional.of(Ipv4Address.parse("192.168.7.1"))));
  }

  @Test
  void hasNoRouterOnAPointToPointLink() throws Exception {
    assertThat(best("ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0\n"))
        .contains(new Ipv4Routes.DefaultRoute("ppp0", Optional.empty()));
  }

  @Test
  void isNoneOfHalfTheInternetNorOneThatRejects() throws Exception {
    assertThat(
            best(
                """
                wg0 00000000 00000000 0001 0 0 0 00000080 0 0 0
                * 00000000 00000000 0201 0 0 0 00000000 0 0 0
                """))
        .isEmpty();
  }

  @Test
  void isNoneWhereTheKernelHasNoIpv4() throws Exception {
    assertThat(Ipv4Routes.best(procNet)).isEmpty();
  }

  @Test
  void isRefusedInAnotherFormat() {
    assertThatThrownBy(() -> best("eth0\t00000000\tXYZ\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> best("eth0\t00000000\n")).isInstanceOf(IOException.class);
  }
}
