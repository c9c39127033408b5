package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.QueryLoad;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.testing.Program;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Type;

/** Files that change while the server runs. */
class ReloadIT {
  @TempDir Path directory;
  private Path zone;
  private Path list;

  @BeforeEach
  void writeFiles() throws IOException {
    zone = Files.writeString(directory.resolve("zone"), "a A 198.51.100.1\n");
    list = Files.writeString(directory.resolve("list"), "203.0.113.0/24\n");
  }

  private RunningServer server() throws IOException {
    return server(_ -> {});
  }

  private RunningServer server(Consumer<Reload> reloads) throws IOException {
    return new RunningServer(
            builder -> builder.zoneFile(zone).blockList(list).rateLimit(0), reloads)
        .start();
  }

  private static int answers(RunningServer server, String name) {
    return server.ask(Packet.query(name + ".magic.test", Type.A)).answer().size();
  }

  @Test
  void reloadTakesInBothFiles() throws IOException {
    try (RunningServer server = server()) {
      assertThat(answers(server, "a")).isEqualTo(1);
      assertThat(answers(server, "203-0-113-1")).isZero();
      Files.writeString(zone, "b A 198.51.100.2\n");
      Files.writeString(list, "");
      assertThat(server.server().reload()).isEqualTo(new Reload.Done(Set.of(zone, list)));
      assertThat(answers(server, "a")).isZero();
      assertThat(answers(server, "b")).isEqualTo(1);
      assertThat(answers(server, "203-0-113-1")).isEqualTo(1);
      assertThat(server.server().counters().reloads()).isEqualTo(1);
    }
  }

  @Test
  void aBadFileKeepsTheOldContentAndSaysSo() throws IOException {
    try (RunningServer server = server()) {
      Files.writeString(zone, "a A 198.51.100.1\nb A nonsense\n");
      FileFailure failure = ((Reload.Failed) server.server().reload()).failures().getFirst();
      assertThat(failure.line()).hasValue(2);
      assertThat(answers(server, "a")).isEqualTo(1);
      assertThat(server.server().counters().failedReloads()).isEqualTo(1);
    }
  }

  @Test
  void anErrorInTheZoneFileDoesNotKeepAnAddressFromBeingBlocked() throws IOException {
    try (RunningServer server = server()) {
      Files.writeString(zone, "a A nonsense\n");
      Files.writeString(list, "198.51.100.7\n");
      assertThat(server.server().reload()).isInstanceOf(Reload.Failed.class);
      assertThat(answers(server, "198-51-100-7")).isZero();
      assertThat(answers(server, "203-0-113-1")).isEqualTo(1);
      assertThat(answers(server, "a")).isEqualTo(1);
    }
  }

  @Test
  void changedFilesAreSeenWithoutBeingTold() throws IOException {
    try (RunningServer server = server()) {
      Path fresh = Files.writeString(directory.resolve("fresh"), "198.51.100.0/24\n");
      Files.move(fresh, list, StandardCopyOption.REPLACE_EXISTING);
      awaitThat(() -> answers(server, "198-51-100-9") == 0);
      assertThat(answers(server, "203-0-113-1")).isEqualTo(1);
    }
  }

  @Test
  void aFileTooLargeForTheMemoryLeavesTheOldOneAnsweringAndKeepsTheOtherFromNothing()
      throws Exception {
    Path large = directory.resolve("large");
    try (BufferedWriter lines = Files.newBufferedWriter(large)) {
      for (int i = 0; i < 500_000; i++) {
        lines.write("host" + i + " A 198.51.100.1\n");
      }
    }
    try (Program server = CrampedServer.start(24, zone, list)) {
      InetSocketAddress address = CrampedServer.address(server);
      Files.writeString(list, "198.51.100.0/24\n");
      Files.move(large, zone, StandardCopyOption.REPLACE_EXISTING);

      long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (!server.output().contains("zone: too large for the memory")) {
        assertThat(System.nanoTime()).as(server.output()).isLessThan(deadline);
        assertThat(server.isAlive()).as(server.output()).isTrue();
        Thread.onSpinWait();
      }

      assertThat(server.output()).doesNotContain("list: too large");
      List<Reply> replies =
          QueryLoad.replies(
              address,
              List.of(
                  Packet.query("a.magic.test", Type.A),
                  Packet.query("198-51-100-9.magic.test", Type.A)));
      assertThat(replies.get(0).answerData()).containsExactly("198.51.100.1");
      assertThat(replies.get(1).answer()).isEmpty();
    }
  }

  @Test
  void anErrorInAFileThatIsNewlyIncludedIsMendedThere() throws IOException {
    try (RunningServer server = server()) {
      Path included = Files.writeString(directory.resolve("included"), "b A nonsense\n");
      Files.writeString(zone, "a A 198.51.100.1\n$INCLUDE included\n");
      awaitThat(() -> server.server().counters().failedReloads() > 0);
      Files.writeString(included, "b A 198.51.100.2\n");
      awaitThat(() -> answers(server, "b") > 0);
    }
  }

  @Test
  void aRecordThatCannotBeServedDoesNotEndTheWatch() throws IOException {
    try (RunningServer server = server()) {
      String strings = ("\"" + "x".repeat(255) + "\" ").repeat(257);
      Files.writeString(zone, "a A 198.51.100.1\nx TXT " + strings + "\n");
      awaitThat(() -> server.server().counters().failedReloads() > 0);
      Files.writeString(list, "198.51.100.0/24\n");
      awaitThat(() -> answers(server, "198-51-100-9") == 0);
      assertThat(answers(server, "a")).isEqualTo(1);
    }
  }

  @Test
  void whatFailedIsTriedAgainThoughTheFileLooksTheSame() throws IOException {
    FileTime time = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    List<Reload> told = new CopyOnWriteArrayList<>();
    try (RunningServer server = server(told::add)) {
      Files.writeString(zone, "b A 198.51.100.x\n");
      Files.setLastModifiedTime(zone, time);
      awaitThat(() -> server.server().counters().reloadRetries() > 0);
      assertThat(told).as("the same error, twice").hasSize(1);
      Files.writeString(zone, "b A 198.51.100.2\n");
      Files.setLastModifiedTime(zone, time);
      awaitThat(() -> answers(server, "b") > 0);
      assertThat(told.getLast()).isInstanceOf(Reload.Done.class);
    }
  }

  @Test
  void filesAreReadAgainOnceThereAreDescriptors() throws Exception {
    String prlimit = Program.find("prlimit", "util-linux");
    try (Program server = CrampedServer.start(64, zone, list)) {
      InetSocketAddress address = CrampedServer.address(server);
      String pid = "--pid=" + server.pid();
      Files.delete(list); // A first failure, since the classes for it are in files here.
      awaitThat(() -> server.output().contains("list: there is no such file"));
      Program.output(prlimit, pid, "--nofile=3:");
      Files.writeString(list, "198.51.100.0/24\n");
      awaitThat(() -> server.output().contains("list: Too many open files"));
      Program.output(prlimit, pid, "--nofile=1000:");
      awaitThat(() -> server.output().contains("Done["));
      Packet query = Packet.query("198-51-100-9.magic.test", Type.A);
      assertThat(QueryLoad.replies(address, List.of(query)).getFirst().answer()).isEmpty();
      assertThat(server.output().split("Too many open files", -1))
          .as("told once a file")
          .hasSize(3);
    }
  }

  private static void awaitThat(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void noQueryIsLostMeanwhile() throws Exception {
    try (RunningServer server = server()) {
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger asked = new AtomicInteger();
      Thread client =
          Thread.ofVirtual()
              .start(() -> {
                while (!done.get()) {
                  assertThat(answers(server, "a")).isEqualTo(1);
                  asked.incrementAndGet();
                }
              });
      for (int i = 0; i < 50 || asked.get() < 50; i++) {
        server.server().reload();
      }
      done.set(true);
      client.join();
      assertThat(asked).hasValueGreaterThan(49);
    }
  }
}
