package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.option.Jitter;
import dev.v6cert.cli.option.LocalCaSettings;
import dev.v6cert.cli.version.Version;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The classes that frequent commands must not load. */
class LightCommandsIT {

  /** The libraries, and what the JDK has of the kind: each costs more than such a command does. */
  static final List<String> HEAVY =
      List.of(
          "org.bouncycastle.",
          "org.shredzone.",
          "org.jose4j.",
          "io.undertow.",
          "org.xnio.",
          "org.xbill.",
          "org.slf4j.",
          "org.jboss.",
          "java.util.logging.",
          "java.sql.",
          "java.net.http.",
          "javax.net.ssl.",
          "sun.security.ssl.",
          "javax.crypto.");

  /** Routers, packet filters, servers, and the programs that they take. */
  static final List<String> OF_THE_WAY_IN =
      List.of(
          "dev.v6cert.ipv6.router.",
          "dev.v6cert.ipv6.firewall.",
          "dev.v6cert.cli.reachability.",
          "dev.v6cert.cli.up.",
          "dev.v6cert.proxy.",
          "java.lang.ProcessBuilder");

  /** Links what records have of themselves, anew in each process; no cache holds the result. */
  private static final String OBJECT_METHODS = "java.lang.runtime.ObjectMethods";

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--version",
        "--help",
        "name",
        "name 2800:3f0:4001:810::200e",
        "addresses",
        "addresses --json",
        "config",
        "name --help",
        "obtain --help",
        "dns-server --help",
        "up --help"
      })
  void aLightCommandLoadsNoHeavyLibrary(String line) throws Exception {
    List<String> classes = V6cert.here(home).loadedClasses(line.split(" ", -1));

    assertThat(classes).contains(Main.class.getName());
    assertThat(classes).filteredOn(LightCommandsIT::isHeavy).isEmpty();
  }

  /** Code for routers, packet filters and servers is loaded by the commands that use it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--version",
        "name",
        "name 198.51.100.7",
        "name --family ipv4",
        "addresses",
        "addresses --json",
        "config",
        "obtain --help",
        "up --help"
      })
  void aLightCommandAsksNoRouterAndNoPacketFilter(String line) throws Exception {
    List<String> classes = V6cert.here(home).loadedClasses(line.split(" ", -1));

    assertThat(classes).contains(Main.class.getName());
    assertThat(classes)
        .filteredOn(name -> OF_THE_WAY_IN.stream().anyMatch(name::startsWith))
        .isEmpty();
  }

  @Test
  void theVersionNeedsNoCommand() throws Exception {
    assertThat(V6cert.here(home).loadedClasses("--version"))
        .contains(Version.class.getName())
        .noneMatch(name -> name.startsWith("dev.v6cert.cli.command."));
  }

  @Test
  void theNameOfAGivenAddressNeedsNoLookAtTheMachine() throws Exception {
    assertThat(V6cert.here(home).loadedClasses("name", "2800:3f0:4001:810::200e"))
        .noneMatch(name -> name.startsWith("java.lang.foreign.") || name.endsWith("AddressSource"));
  }

  /** {@link V6cert} sets V6CERT_NO_JITTER, which is a setting of renew. */
  @Test
  void aVariableOfAnotherCommandCostsNoLookAtThoseBehindIt() throws Exception {
    assertThat(V6cert.here(home).loadedClasses("name", "2800:3f0:4001:810::200e"))
        .contains(Jitter.class.getName())
        .doesNotContain(LocalCaSettings.class.getName(), OBJECT_METHODS);
  }

  static boolean isHeavy(String className) {
    return HEAVY.stream().anyMatch(className::startsWith);
  }
}
