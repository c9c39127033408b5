package dev.v6cert.dns.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.http.ApiClient.Account;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transfer.Secondaries.Secondary;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.Knot;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Type;

/** NSD, Knot and BIND as secondaries of the hosted zone. */
class SecondariesIT {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  @TempDir Path home;
  private Optional<HostedServer> primary = Optional.empty();

  /** A name server, and its configuration as a secondary. */
  enum Follower {
    NSD("nsd", "nsd", "nsd started") {
      @Override
      String config(Path directory, int port, int primary) {
        return """
        server:
          ip-address: 127.0.0.1@%2$d
          username: ""
          zonesdir: "%1$s"
          pidfile: "%1$s/pid"
          xfrdfile: "%1$s/xfrd"
          xfrdir: "%1$s"
          zonelistfile: "%1$s/zones"
          database: ""
          verbosity: 2
          xfrd-reload-timeout: 0
        remote-control:
          control-enable: no
        key:
          name: transfer
          algorithm: hmac-sha256
          secret: "%4$s"
        zone:
          name: auth.magic.test
          zonefile: "%1$s/zone"
          request-xfr: 127.0.0.1@%3$d transfer
          allow-notify: 127.0.0.1 transfer
        """
            .formatted(directory, port, primary, HostedServer.BASE64);
      }

      @Override
      List<String> command(Path config) {
        return List.of("-d", "-c", config.toString());
      }
    },
    KNOT("knotd", "knot", "server started") {
      @Override
      String config(Path directory, int port, int primary) {
        return Knot.settings(
            directory,
            "127.0.0.1@" + port,
            """
            key:
              - id: transfer
                algorithm: hmac-sha256
                secret: %3$s
            remote:
              - id: primary
                address: 127.0.0.1@%2$d
                key: transfer
            acl:
              - id: notify
                address: 127.0.0.1
                key: transfer
                action: notify
            zone:
              - domain: auth.magic.test
                storage: %1$s
                master: primary
                acl: notify
            """
                .formatted(directory, primary, HostedServer.BASE64));
      }

      @Override
      List<String> command(Path config) {
        return List.of("-c", config.toString());
      }
    },
    BIND("named", "bind9", "all zones loaded") {
      @Override
      String config(Path directory, int port, int primary) {
        return """
        options {
          directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/session";
          listen-on port %2$d { 127.0.0.1; }; listen-on-v6 { none; };
          recursion no; dnssec-validation no;
        };
        controls { };
        key transfer { algorithm hmac-sha256; secret "%4$s"; };
        zone "auth.magic.test" {
          type secondary; file "%1$s/zone"; notify no; min-refresh-time 1;
          primaries { 127.0.0.1 port %3$d key transfer; };
        };
        """
            .formatted(directory, port, primary, HostedServer.BASE64);
      }

      @Override
      List<String> command(Path config) {
        return List.of("-g", "-c", config.toString());
      }
    };

    private final String program;
    private final String debianPackage;
    private final String ready;

    Follower(String program, String debianPackage, String ready) {
      this.program = program;
      this.debianPackage = debianPackage;
      this.ready = ready;
    }

    abstract String config(Path directory, int port, int primary);

    abstract List<String> command(Path config);

    Program start(Path directory, int port, int primary) throws IOException {
      String path = Program.find(program, debianPackage);
      Path config =
          Files.writeString(directory.resolve("config"), config(directory, port, primary));
      String[] command =
          Stream.concat(Stream.of(path), command(config).stream()).toArray(String[]::new);
      return Program.start(ready, command);
    }
  }

  @AfterEach
  void stop() {
    primary.ifPresent(HostedServer::close);
  }

  private static List<String> texts(InetSocketAddress server, Account account) {
    try {
      return Channel.TCP4
          .ask(server, Packet.query(account.name(), Type.TXT).bytes())
          .map(Reply::answerData)
          .orElse(List.of());
    } catch (IOException e) {
      return List.of(); // NSD closes connections when it takes in a transfer.
    }
  }

  private static Duration await(InetSocketAddress server, Account account, String... values)
      throws Exception {
    long start = System.nanoTime();
    List<String> texts = texts(server, account);
    while (System.nanoTime() - start < LIMIT.toNanos() && !texts.containsAll(List.of(values))) {
      Thread.sleep(20);
      texts = texts(server, account);
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    assertThat(texts).as("after " + taken).containsExactlyInAnyOrder(values);
    return taken;
  }

  private static String value(int number) {
    return Integer.toString(number % 10).repeat(43);
  }

  @ParameterizedTest
  @EnumSource
  void followsWithinAMoment(Follower kind) throws Exception {
    int port = FreePorts.next();
    InetSocketAddress address = RunningServer.at("127.0.0.1", port);
    HostedServer server = new HostedServer(home, new Secondary(address, Optional.of("transfer")));
    primary = Optional.of(server);
    server.start();
    Account account = server.register();
    server.set(account, value(1));
    Path directory = Files.createDirectories(home.resolve("secondary"));
    try (Program program = kind.start(directory, port, server.port())) {
      await(address, account, value(1)); // By AXFR.
      for (int i = 2; i <= 5; i++) {
        server.set(account, value(i));
        Duration taken = await(address, account, value(i - 1), value(i));
        System.out.println(kind + " has a change after " + taken.toMillis() + " ms");
      }
      server.restart();
      server.set(account, value(6));
      await(address, account, value(5), value(6));
      assertThat(program.isAlive()).isTrue();
    }
    server.close();
    server.fill("n", 10_001); // More than the history has.
    server.start();
    server.set(account, value(7));
    try (Program program = kind.start(directory, port, server.port())) {
      await(address, account, value(6), value(7));
      server.set(account, value(8));
      await(address, account, value(7), value(8));
      assertThat(program.isAlive()).isTrue();
    }
  }
}
