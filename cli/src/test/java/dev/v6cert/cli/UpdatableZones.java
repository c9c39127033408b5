package dev.v6cert.cli;

import static dev.v6cert.cli.TestNetwork.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.testing.Knot;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * BIND, Knot and our own DNS server on one machine, each with zones that a TSIG key may update, and
 * the resolver that Pebble asks, which keeps nothing for longer than a second.
 */
final class UpdatableZones implements BeforeAllCallback, AfterAllCallback {

  private static final String KNOT = "2a01:4f8:c17:b8f::3";
  private static final String OURS = "2a01:4f8:c17:b8f::4";
  private static final String RESOLVER = "2a01:4f8:c17:b8f::5";
  private static final String SECRET = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

  private final RunningNetwork network =
      new RunningNetwork(pebble -> pebble.dnsServer("[" + RESOLVER + "]:53"));
  private final List<AutoCloseable> running = new ArrayList<>();

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    network.beforeAll(context);
    String named = Program.find("named", "bind9");
    String knotd = Program.find("knotd", "knot");
    for (String address : List.of(KNOT, OURS, RESOLVER)) {
      network.namespace().addAddress("eth0", address + "/64");
    }
    start("all zones loaded", named, "-g", "-c", bind().toString());
    start("running", named, "-g", "-c", resolver().toString());
    start("server started", knotd, "-c", knot().toString());
    startOurs();
    Files.writeString(network.home().resolve("resolv.conf"), "nameserver " + ADDRESS + "\n");
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    for (AutoCloseable one : running) {
      one.close();
    }
    network.afterAll(context);
  }

  /** The network of the machines. */
  RunningNetwork network() {
    return network;
  }

  /** Writes a key file that only this user can read; the secret is that of all servers. */
  static Path key(Path directory, String name, String algorithm, String more) throws IOException {
    Path file =
        Files.writeString(
            directory.resolve(name + ".key"),
            "key \"%s\" { algorithm %s; secret \"%s\"; };%s"
                .formatted(name, algorithm, SECRET, more));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private void start(String ready, String... command) throws IOException {
    List<String> inside = network.namespace().process(List.of(command)).command();
    running.add(Program.start(ready, inside.toArray(String[]::new)));
  }

  /** A zone with a policy, whose aliases lead into those of the others; one that is read only. */
  private Path bind() throws IOException {
    Path directory = Files.createDirectory(network.home().resolve("named"));
    String records = "@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\nns 60 AAAA " + ADDRESS + "\n";
    Files.writeString(
        directory.resolve("own.test"),
        records
            + "_acme-challenge.k 60 CNAME k.knot.test.\n"
            + "_acme-challenge.o 60 CNAME o.ours.test.\n"
            + "*._acme-challenge.k 60 CNAME k.knot.test.\n"
            + "*._acme-challenge.o 60 CNAME o.ours.test.\n"
            + "_acme-challenge.loop 60 CNAME _acme-challenge.loop\n"
            + "sub 60 NS ns.sub\nns.sub 60 AAAA "
            + KNOT
            + "\n");
    Files.writeString(directory.resolve("fixed.test"), records);
    return Files.writeString(
        directory.resolve("named.conf"),
        """
        options {
          directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/key";
          listen-on { none; }; listen-on-v6 { %2$s; };
          recursion yes; allow-recursion { any; }; dnssec-validation no;
        };
        controls { };
        key "v6cert" { algorithm hmac-sha256; secret "%3$s"; };
        key "other" { algorithm hmac-sha256; secret "%3$s"; };
        zone "own.test" { type primary; file "%1$s/own.test";
          update-policy { grant v6cert wildcard *.own.test. TXT; }; };
        zone "fixed.test" { type primary; file "%1$s/fixed.test"; };
        zone "knot.test" { type static-stub; server-addresses { %4$s; }; };
        zone "foreign.test" { type static-stub; server-addresses { %4$s; }; };
        zone "ours.test" { type static-stub; server-addresses { %5$s; }; };
        """
            .formatted(directory, ADDRESS, SECRET, KNOT, OURS));
  }

  /** The authority's resolver, which keeps nothing for longer than the second. */
  private Path resolver() throws IOException {
    Path directory = Files.createDirectory(network.home().resolve("resolver"));
    return Files.writeString(
        directory.resolve("named.conf"),
        """
        options {
          directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/key";
          listen-on { none; }; listen-on-v6 { %2$s; };
          recursion yes; allow-recursion { any; }; dnssec-validation no;
          max-cache-ttl 0; max-ncache-ttl 0;
        };
        controls { };
        zone "own.test" { type static-stub; server-addresses { %3$s; }; };
        zone "fixed.test" { type static-stub; server-addresses { %3$s; }; };
        zone "knot.test" { type static-stub; server-addresses { %4$s; }; };
        zone "foreign.test" { type static-stub; server-addresses { %4$s; }; };
        zone "ours.test" { type static-stub; server-addresses { %5$s; }; };
        """
            .formatted(directory, RESOLVER, ADDRESS, KNOT, OURS));
  }

  private Path knot() throws IOException {
    Path directory = Files.createDirectory(network.home().resolve("knot"));
    StringBuilder zones = new StringBuilder();
    for (String zone : List.of("knot.test", "foreign.test", "sub.own.test")) {
      Files.writeString(
          directory.resolve(zone + ".zone"),
          "@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\nns 60 AAAA " + KNOT + "\n");
      zones.append("  - domain: %s\n    storage: %s\n    acl: update\n".formatted(zone, directory));
    }
    return Files.writeString(
        directory.resolve("knot.conf"),
        Knot.settings(
            directory,
            KNOT + "@53",
            """
            key:
              - id: v6cert
                algorithm: hmac-sha512
                secret: %1$s
            acl:
              - id: update
                key: v6cert
                action: update
                update-type: [ TXT ]
            zone:
            %2$s
            """
                .formatted(SECRET, zones)));
  }

  private void startOurs() throws Exception {
    Path directory = Files.createDirectory(network.home().resolve("ours"));
    Path keys =
        key(directory, "v6cert", "hmac-sha384", "\ngrant v6cert subdomain ours.test TXT;\n");
    Process server =
        network
            .machine(directory)
            .process(
                List.of(),
                List.of(
                    "dns-server",
                    "--zone=magic.test",
                    "--listen=[" + OURS + "]:53",
                    "--challenge-zone=ours.test",
                    "--ns=ns.ours.test=" + OURS,
                    "--store=" + directory.resolve("store"),
                    "--update-key=" + keys))
            .start();
    running.add(server::destroy);
    assertThat(server.inputReader(StandardCharsets.UTF_8).readLine()).startsWith("listening");
  }

  /** The values at a name, by the server itself. */
  String values(String server, String name) throws Exception {
    String dig = Program.find("dig", "bind9-dnsutils");
    Process process =
        network
            .namespace()
            .process(List.of(dig, "@" + server, "+short", "+norecurse", name, "TXT"))
            .start();
    String values = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return values;
  }
}
