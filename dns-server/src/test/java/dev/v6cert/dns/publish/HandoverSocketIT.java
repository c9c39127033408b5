package dev.v6cert.dns.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.testing.ChildJvm;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** The socket over which records are handed to a running server. */
class HandoverSocketIT {

  private static final HostName NAME = HostName.of("_acme-challenge.a.test");
  private static final String VALUE = "a".repeat(43);

  @TempDir Path directory;
  private final HandoverRecords records = new HandoverRecords();
  private Path path = Path.of("");
  private Optional<HandoverSocket> socket = Optional.empty();

  @BeforeEach
  void listen() throws IOException {
    path = directory.resolve("txt.socket");
    socket = HandoverSocket.listen(path, records);
  }

  @AfterEach
  void close() {
    socket.ifPresent(HandoverSocket::close);
  }

  private Optional<List<String>> values(String name) {
    return records
        .find(Name.fromConstantString(name + "."), Type.TXT)
        .map(held -> held.records().stream().map(Record::rdataToString).toList());
  }

  @Test
  void whatIsAddedIsAnsweredUntilTheClientGoes() throws Exception {
    try (HandoverClient client = HandoverClient.connect(path)) {
      client.zones(List.of(NAME));
      assertThat(values("_acme-challenge.a.test")).contains(List.of());
      client.add(NAME, VALUE);
      assertThat(values("_ACME-challenge.A.test")).contains(List.of(VALUE));
      assertThat(values("a.test")).isEmpty();
      client.add(NAME, "b".repeat(43));
      client.remove(NAME, VALUE);
      assertThat(values("_acme-challenge.a.test")).contains(List.of("b".repeat(43)));
    }
    for (int i = 0; values("_acme-challenge.a.test").isPresent(); i++) {
      assertThat(i).isLessThan(100);
      Thread.sleep(Duration.ofMillis(50));
    }
  }

  @Test
  void theServerAnswersWithThemInItsOwnZonesToo() throws Exception {
    Path other = directory.resolve("server");
    HostName name = HostName.of("_acme-challenge.192-0-2-1.magic.test");
    Packet query = Packet.query(name.text(), Type.TXT);
    try (RunningServer server = new RunningServer(config -> config.handover(other)).start()) {
      assertThat(server.ask(query).answerData()).isEmpty();
      try (HandoverClient client = HandoverClient.connect(other)) {
        client.zones(List.of(name));
        client.add(name, VALUE);
        assertThat(server.ask(query).answerData()).containsExactly(VALUE);
        assertThat(Channel.TCP4.ask(server, query.bytes()).answerData()).containsExactly(VALUE);
        assertThat(server.ask(Packet.query("192-0-2-1.magic.test", Type.A)).answerData())
            .containsExactly("192.0.2.1");
      }
    }
    assertThat(other).doesNotExist();
  }

  @Test
  void aProcessWithoutFreeDescriptorsWaitsForOne() throws Exception {
    String java =
        String.join(" ", ChildJvm.command(OutOfDescriptors.class, directory + "/few.socket"))
            .replace("$", "\\$");
    try (Program server = Program.start("full", "sh", "-c", "ulimit -n 100; exec " + java);
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      boolean _ = client.connect(UnixDomainSocketAddress.of(directory.resolve("few.socket")));
      Duration before = cpu(server);
      Thread.sleep(Duration.ofSeconds(1));
      assertThat(cpu(server).minus(before)).isLessThan(Duration.ofMillis(150));
    }
  }

  private static Duration cpu(Program server) {
    return ProcessHandle.of(server.pid()).orElseThrow().info().totalCpuDuration().orElseThrow();
  }

  /** Listens, and uses all descriptors for something else. */
  static final class OutOfDescriptors {
    private OutOfDescriptors() {}

    public static void main(String[] arguments) throws Exception {
      Optional<HandoverSocket> socket =
          HandoverSocket.listen(Path.of(arguments[0]), new HandoverRecords());
      List<SocketChannel> open = new ArrayList<>();
      try {
        while (socket.isPresent()) {
          open.add(SocketChannel.open());
        }
      } catch (IOException e) {
        System.out.println("full with " + open.size());
      }
      Thread.currentThread().join();
    }
  }

  @Test
  void namesThatProveNothingAreRefused() throws Exception {
    try (HandoverClient client = HandoverClient.connect(path)) {
      assertThatThrownBy(() -> client.zones(List.of(HostName.of("a.test"))))
          .isInstanceOf(IOException.class)
          .hasMessage("a.test does not begin with _acme-challenge");
      assertThatThrownBy(() -> client.add(NAME, VALUE)).hasMessage("zones come first");
      client.zones(List.of(NAME));
      assertThatThrownBy(() -> client.add(NAME, "short")).hasMessageContaining("43 characters");
    }
    assertThat(values("a.test")).isEmpty();
  }

  @Test
  void theSocketOfARunningServerStaysAndThatOfAKilledOneIsReplaced() throws Exception {
    assertThat(HandoverSocket.listen(path, records)).isEmpty();
    try (HandoverClient client = HandoverClient.connect(path)) {
      client.zones(List.of(NAME)); // The first one serves still.
    }
    Path left = directory.resolve("left");
    try (ServerSocketChannel killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      ServerSocketChannel _ = killed.bind(UnixDomainSocketAddress.of(left));
    }
    assertThat(left).exists();
    Optional<HandoverSocket> next = HandoverSocket.listen(left, records);
    assertThat(next).isPresent();
    next.orElseThrow().close();
    assertThat(left).doesNotExist();
    assertThat(HandoverSocket.listen(directory.resolve("no/where"), records)).isEmpty();
    assertThat(Files.exists(directory.resolve("no"))).isFalse();
  }
}
