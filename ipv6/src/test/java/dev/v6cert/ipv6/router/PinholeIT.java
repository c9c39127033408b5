package dev.v6cert.ipv6.router;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.testing.HomeRouter;
import dev.v6cert.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holes in the firewall of a real miniupnpd.
 *
 * <pre>
 *   machine 2a01:4f8:c17:b8f::2 ---- fe80::1 router ---- internet
 * </pre>
 */
class PinholeIT {

  private static final String ADDRESS = "2a01:4f8:c17:b8f::2";

  static NetworkNamespace machine;
  static HomeRouter router;

  @BeforeAll
  static void make(@TempDir Path home) throws Exception {
    machine = NetworkNamespace.create();
    router = HomeRouter.beside(machine, home);
    machine.addAddress("eth0", ADDRESS + "/64");
    router.namespace().addAddress("lan0", "2a01:4f8:c17:b8f::1/64");
    router.namespace().addDevice("wan0");
    router.start();
  }

  @AfterAll
  static void end() {
    if (router != null) {
      router.close();
    }
    if (machine != null) {
      machine.close();
    }
  }

  @BeforeEach
  void hideNothing() throws IOException {
    router.hideNothing();
  }

  private static Process open(int port) throws IOException {
    return open(port, IpProtocol.TCP);
  }

  private static Process open(int port, IpProtocol transport) throws IOException {
    // Where people write numbers in digits of their own; routers do not.
    return machine
        .java(
            List.of("-Duser.language=ar", "-Duser.country=EG"),
            PinholeProbe.class,
            List.of(ADDRESS, Integer.toString(port), transport.name()))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void pcpOpensThePortAndClosesItAgain() throws Exception {
    Process probe = open(80);
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("open by PCP");
      assertThat(router.holes()).contains("dport 80").contains("accept");

      probe.getOutputStream().close();

      assertThat(probe.waitFor()).isZero();
      router.awaitNoHoles();
    }
  }

  @Test
  void udpAndTcpOfOnePortAreOpenedAndClosedEachByItself() throws Exception {
    Process tcp = open(53);
    Process udp = open(53, IpProtocol.UDP);
    try (BufferedReader first = tcp.inputReader(StandardCharsets.UTF_8);
        BufferedReader second = udp.inputReader(StandardCharsets.UTF_8)) {
      assertThat(first.readLine()).isEqualTo("open by PCP");
      assertThat(second.readLine()).isEqualTo("open by PCP");
      assertThat(router.holes()).contains(" 0x6 accept", " 0x11 accept");

      udp.getOutputStream().close();

      assertThat(udp.waitFor()).isZero();
      while (router.holes().contains(" 0x11 accept")) {
        Thread.onSpinWait();
      }
      assertThat(router.holes()).contains(" 0x6 accept");
      tcp.getOutputStream().close();
      assertThat(tcp.waitFor()).isZero();
      router.awaitNoHoles();
    }
  }

  @Test
  void upnpDoesWhereThereIsNoPcp() throws Exception {
    router.hide("5351");
    Process probe = open(8080); // miniupnpd gives no port below 1024 to UPnP, whatever it allows.
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("open by UPnP");
      assertThat(router.holes()).contains("8080").contains("accept");

      probe.getOutputStream().close();

      assertThat(probe.waitFor()).isZero();
      router.awaitNoHoles();
    }
  }

  @Test
  void aRefusalIsToldInTheRoutersWords() throws Exception {
    router.hide("5351");
    Process probe = open(80);
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine())
          .isEqualTo(
              "PCP: the router does not have it;"
                  + " UPnP: the router refuses: Action not authorized");
    }
    assertThat(probe.waitFor()).isZero();
  }

  @Test
  void aRouterWithNeitherIsTold() throws Exception {
    router.hide("5351");
    router.hide("1900");
    Process probe = open(80);
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine())
          .isEqualTo("PCP: the router does not have it; UPnP: the router does not answer");
    }
    assertThat(probe.waitFor()).isZero();
  }
}
