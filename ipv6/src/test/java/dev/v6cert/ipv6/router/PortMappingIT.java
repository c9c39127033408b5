package dev.v6cert.ipv6.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.testing.HomeRouter;
import dev.v6cert.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ports of a real miniupnpd.
 *
 * <pre>
 *   machine 192.168.7.2 ---- 192.168.7.1 router 9.9.9.2 ---- internet
 * </pre>
 */
class PortMappingIT {

  @TempDir Path home;

  private final NetworkNamespace machine = NetworkNamespace.create();
  private final List<HomeRouter> routers = new ArrayList<>();

  private void start(String outside) throws IOException {
    HomeRouter router = HomeRouter.beside(machine, home);
    routers.add(router);
    machine.addAddress("eth0", "192.168.7.2/24");
    machine.run("ip", "route", "add", "default", "via", "192.168.7.1");
    router().namespace().addDevice("wan0");
    router().start(outside);
  }

  @AfterEach
  void end() {
    routers.forEach(HomeRouter::close);
    machine.close();
  }

  private HomeRouter router() {
    return routers.getFirst();
  }

  @Test
  void aRouterThatAnswersSearchesOfEverybodyOnlyIsFound() throws Exception {
    start("9.9.9.2");
    router().hide("5351");
    router()
        .namespace()
        .run("nft", "add rule inet hide input ip daddr 192.168.7.1 udp dport 1900 drop");

    opens("UPnP", 80, 8080);
  }

  private Process probe(int outer, int port) throws IOException {
    return probe(Integer.toString(outer), port);
  }

  private Process probe(String outer, int port) throws IOException {
    return machine
        .java(List.of(), MappingProbe.class, List.of(outer, Integer.toString(port)))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private String refused(int outer, int port) throws Exception {
    Process probe = probe(outer, port);
    probe.getOutputStream().close();
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      String reason = out.readLine();
      assertThat(out.readLine()).matches("after [0-9] s");
      assertThat(probe.waitFor()).isZero();
      return reason;
    }
  }

  private void opens(String how, int outer, int port) throws Exception {
    Process probe = probe(outer, port);
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("open by " + how + " at 9.9.9.2");
      assertThat(router().mappings()).contains("dport " + outer, "dnat", "192.168.7.2:" + port);

      probe.getOutputStream().close();

      assertThat(probe.waitFor()).isZero();
      router().awaitNoMappings();
    }
  }

  @Test
  void pcpMapsTheOuterPortToAnUnprivilegedOne() throws Exception {
    start("9.9.9.2");
    opens("PCP", 80, 8080);
  }

  @Test
  void upnpDoesWhereThereIsNoPcp() throws Exception {
    start("9.9.9.2");
    router().hide("5351");
    opens("UPnP", 80, 8080);
  }

  @Test
  void natPmpDoesWhereThereIsNeither() throws Exception {
    start("9.9.9.2");
    router().speakOnlyNatPmp();
    opens("NAT-PMP", 80, 8080);
  }

  @ParameterizedTest
  @CsvSource({"PCP, 0", "UPnP, 5351", "NAT-PMP, 1900"})
  void udpAndTcpOfOnePortAreMappedAndTakenAwayEachByItself(String how, String hidden)
      throws Exception {
    start("9.9.9.2");
    if (how.equals("NAT-PMP")) {
      router().speakOnlyNatPmp();
    } else {
      router().hide(hidden);
    }
    Process udp = probe("UDP/53", 8053);
    Process tcp = probe("TCP/53", 8053);
    try (BufferedReader first = udp.inputReader(StandardCharsets.UTF_8);
        BufferedReader second = tcp.inputReader(StandardCharsets.UTF_8)) {
      assertThat(first.readLine()).isEqualTo("open by " + how + " at 9.9.9.2");
      assertThat(second.readLine()).isEqualTo("open by " + how + " at 9.9.9.2");
      assertThat(router().mappings()).contains(" 0x11 th dport 53 dnat", " 0x6 th dport 53 dnat");

      udp.getOutputStream().close();

      assertThat(udp.waitFor()).isZero();
      while (router().mappings().contains(" 0x11 th dport 53")) {
        Thread.onSpinWait();
      }
      assertThat(router().mappings()).contains(" 0x6 th dport 53 dnat");
      tcp.getOutputStream().close();
      assertThat(tcp.waitFor()).isZero();
      router().awaitNoMappings();
    }
  }

  @Test
  void aSecondRouterIsNoticed() throws Exception {
    start("192.168.1.2");
    assertThat(refused(80, 8080)).isEqualTo("BehindAnother[outside=Optional[192.168.1.2]]");
  }

  @Test
  void aSecondRouterIsNoticedByUpnpAndNatPmpToo() throws Exception {
    start("192.168.1.2");
    router().hide("5351");
    assertThat(refused(80, 8080)).startsWith("BehindAnother");
  }

  @Test
  void theProvidersNatIsNoticed() throws Exception {
    start("100.64.3.2");
    assertThat(refused(80, 8080)).isEqualTo("BehindCarrier[outside=100.64.3.2]");
  }

  @Test
  void aMappingOfAnotherMachineStaysAndItsHolderIsTold() throws Exception {
    start("9.9.9.2");
    machine.addAddress("eth0", "192.168.7.3/24");
    Process other =
        machine.java(List.of(), MappingProbe.class, List.of("80", "9000", "192.168.7.3")).start();
    try (BufferedReader out = other.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).startsWith("open by ");
      assertThat(refused(80, 8080))
          .startsWith("Held[outer=OuterPort[transport=TCP, number=80], holder=192.168.7.3:9000");
      assertThat(router().mappings()).contains("192.168.7.3:9000");
      other.getOutputStream().close();
      assertThat(other.waitFor()).isZero();
    }
  }

  @Test
  void aPortThatTheRouterDoesNotAllowIsRefusedAtOnce() throws Exception {
    HomeRouter router = HomeRouter.beside(machine, home);
    routers.add(router);
    machine.addAddress("eth0", "192.168.7.2/24");
    machine.run("ip", "route", "add", "default", "via", "192.168.7.1");
    router().namespace().addDevice("wan0");
    router()
        .start("9.9.9.2", "allow 1024-65535 0.0.0.0/0 1024-65535\ndeny 0-65535 0.0.0.0/0 0-65535");
    assertThat(refused(80, 8080)).contains("reasons=[PCP: the router refuses");
  }

  @Test
  void aRouterThatKnowsNothingIsTold() throws Exception {
    start("9.9.9.2");
    router().hide("5351");
    router().hide("1900");
    assertThat(refused(80, 8080))
        .endsWith(
            "reasons=[PCP: the router does not have it, UPnP: the router does not answer,"
                + " NAT-PMP: the router does not have it]]");
  }

  @Test
  void thereIsNoRouter() throws Exception {
    machine.addDevice("eth0");
    machine.addAddress("eth0", "192.168.7.2/24");
    assertThat(refused(80, 8080)).isEqualTo("NoRouter[]");
  }

  @Test
  void aKillLeavesNothingForLongerThanTheLease() throws Exception {
    start("9.9.9.2");
    Process probe = probe(80, 8080);
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).startsWith("open by PCP");
      assertThat(probe.destroyForcibly().waitFor()).isNotZero();
      assertThat(router().leaseSeconds()).isBetween(1L, PortMapping.LEASE.toSeconds());
    }
    router().hide("1900");
    opens("PCP", 80, 8080); // By the same nonce; with another the router would refuse it.
  }
}
