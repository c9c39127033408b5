package dev.v6cert.ipv6.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.detect.AddressProbe;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which code runs to find an address, and what is left when native calls are forbidden. */
class AddressFinderIT {
  private final NetworkNamespace host = NetworkNamespace.create();

  @BeforeEach
  void oneAddress() throws IOException {
    host.addDevice("eth0");
    host.addAddress("eth0", "2a01:4f8:c17:b8f::2/64");
  }

  @AfterEach
  void closeHost() {
    host.close();
  }

  private List<String> run(List<String> options, String what) throws Exception {
    ProcessBuilder builder = host.java(options, AddressProbe.class, List.of(what));
    if (options.contains("--illegal-native-access=deny")) {
      builder.command().remove("--enable-native-access=ALL-UNNAMED");
    }
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.lines().toList();
  }

  @Test
  void loadsNoNativeCodeWhereOneCandidateDecides() throws Exception {
    List<String> lines = run(List.of("-Xlog:class+load"), "find");
    assertThat(lines)
        .contains("chosen\t2a01:4f8:c17:b8f::2", "from\t/proc/net")
        .noneMatch(line -> line.contains("dev.v6cert.ipv6.detect.Netlink"))
        .noneMatch(line -> line.contains(" java.lang.foreign.Linker "))
        .noneMatch(line -> line.contains("java.net.NetworkInterface "));
  }

  @Test
  void asksNetlinkWhereOnlyLifetimesCanDecide() throws Exception {
    host.addAddress("eth0", "2a01:4f8:c17:b8f::3/64");
    assertThat(run(List.of(), "find"))
        .contains("chosen\t2a01:4f8:c17:b8f::2", "from\tnetlink")
        .noneMatch(line -> line.startsWith("shortfall"));
  }

  @Test
  void fallsBackToProcAndSaysSoWhereNativeCallsAreForbidden() throws Exception {
    host.addAddress("eth0", "2a01:4f8:c17:b8f::3/64");
    assertThat(run(List.of("--illegal-native-access=deny"), "find"))
        .contains("chosen\t2a01:4f8:c17:b8f::2", "from\t/proc/net and the JDK")
        .anyMatch(line -> line.startsWith("shortfall\tnetlink: no native calls here"));
  }
}
