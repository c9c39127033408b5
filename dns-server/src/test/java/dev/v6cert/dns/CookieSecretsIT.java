package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.guard.RateLimits;
import dev.v6cert.dns.guard.ServerCookies.State;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Cookies across restarts, reloads and sibling servers. */
class CookieSecretsIT {
  private static final String SECRET = "e5e973e5a6b2a43f48e7dc849e37bfcf";
  private static final String OTHER = "445536bcd2513298075a5d379663c962";
  private static final String SIBLING = "ns.sibling.test";
  private static final byte[] CLIENT = Packet.hex("2464c4abcf10c957");

  @TempDir private Path directory;

  private Path secrets(String... lines) throws IOException {
    Path file = Files.write(directory.resolve("secrets"), List.of(lines));
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static RunningServer serverWith(Path file) throws IOException {
    RateLimits limits = new RateLimits(0, List.of(), Optional.of(file));
    return new RunningServer(builder -> builder.rateLimits(limits)).start();
  }

  private static Reply ask(InetSocketAddress server, String name, byte[] cookie)
      throws IOException {
    byte[] query = Packet.query(name, Type.A).edns(1232, Packet.option(10, cookie)).bytes();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server);
      socket.setSoTimeout(10_000);
      socket.send(new DatagramPacket(query, query.length));
      DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
      socket.receive(packet);
      return Reply.of(Arrays.copyOf(packet.getData(), packet.getLength()));
    }
  }

  private static byte[] cookie(Reply reply) {
    OPTRecord opt = Optional.ofNullable(reply.message().getOPT()).orElseThrow();
    CookieOption cookie = (CookieOption) opt.getOptions(10).getFirst();
    return ByteBuffer.allocate(24)
        .put(cookie.getClientCookie())
        .put(cookie.getServerCookie().orElseThrow())
        .array();
  }

  private static byte[] cookie(RunningServer server, byte[] sent) throws IOException {
    return cookie(ask(server.address(false), "192-0-2-7.magic.test", sent));
  }

  private static long valid(RunningServer server) {
    return server.server().counters().cookies().getOrDefault(State.VALID, 0L);
  }

  @Test
  void outliveARestartAndARollover() throws IOException {
    byte[] cookie;
    try (RunningServer server = serverWith(secrets(SECRET))) {
      cookie = cookie(server, CLIENT);
    }
    try (RunningServer server = serverWith(secrets(SECRET))) {
      assertThat(cookie(server, cookie)).isEqualTo(cookie);
      secrets(OTHER, SECRET);
      assertThat(server.server().reload()).isInstanceOf(Reload.Done.class);
      assertThat(cookie(server, cookie)).isEqualTo(cookie);
      assertThat(valid(server)).isEqualTo(2);
      secrets(OTHER);
      server.server().reload();
      assertThat(cookie(server, cookie)).isNotEqualTo(cookie);
      assertThat(valid(server)).isEqualTo(2);
    }
  }

  @Test
  void stayWhereTheFileIsBroken() throws IOException {
    Path file = secrets(SECRET);
    try (RunningServer server = serverWith(file)) {
      byte[] cookie = cookie(server, CLIENT);
      secrets("nonsense");
      assertThat(server.server().reload())
          .isInstanceOfSatisfying(
              Reload.Failed.class,
              failed -> assertThat(failed.failures().getFirst()).hasMessageContaining(":1: "));
      assertThat(cookie(server, cookie)).isEqualTo(cookie);
    }
    assertThatExceptionOfType(FileFailure.class).isThrownBy(() -> serverWith(file));
  }

  /** BIND has the same secret, and each takes the other's cookies for good. */
  @Test
  void areThoseOfBind() throws IOException, InterruptedException {
    String named = Program.find("named", "bind9");
    int port = 15_353;
    Files.writeString(
        directory.resolve("zone"), "@ 60 SOA ns h 1 1 1 1 1\n@ 60 NS ns\nns 60 A 192.0.2.1\n");
    Path config =
        Files.writeString(
            directory.resolve("named.conf"),
            """
            options {
              directory "%1$s"; pid-file "%1$s/pid"; session-keyfile "%1$s/key";
              listen-on port %2$d { 127.0.0.1; }; listen-on-v6 { none; };
              recursion no; cookie-algorithm siphash24; cookie-secret "%3$s";
              require-server-cookie yes;
            };
            controls { };
            zone "sibling.test" { type primary; file "%1$s/zone"; };
            """
                .formatted(directory, port, SECRET));
    InetSocketAddress bind = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    try (Program _ = Program.start("all zones loaded", named, "-g", "-c", config.toString());
        RunningServer ours = serverWith(secrets(SECRET))) {
      byte[] theirs = cookie(ask(bind, SIBLING, CLIENT));
      assertThat(cookie(ours, theirs)).isEqualTo(theirs);
      assertThat(valid(ours)).isOne();
      assertThat(ask(bind, SIBLING, cookie(ours, CLIENT)).rcode()).isEqualTo(Rcode.NOERROR);
      byte[] wrong = Arrays.copyOf(theirs, 24);
      wrong[23] ^= 1;
      assertThat(ask(bind, SIBLING, wrong).rcode()).isEqualTo(Rcode.BADCOOKIE);
    }
  }
}
