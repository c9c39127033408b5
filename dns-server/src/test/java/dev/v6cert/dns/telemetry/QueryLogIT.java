package dev.v6cert.dns.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

@Timeout(120)
class QueryLogIT {
  private static final int QUEUE = 8192;
  private static final int MORE_THAN_A_QUEUE = 3 * QUEUE;

  @TempDir private Path directory;

  private final AtomicLong lost = new AtomicLong();
  private final LinkedBlockingQueue<String> warnings = new LinkedBlockingQueue<>();
  private int number;

  private QueryLog log(Path file) throws IOException {
    return new QueryLog(file, 1, lost::addAndGet, warnings::add);
  }

  private QueryEvent event() {
    return new QueryEvent(
        Instant.EPOCH,
        new Peer(RunningServer.at("192.0.2.1", 53), Transport.UDP),
        new QueryEvent.Query(
            Name.fromConstantString("n" + number++ + ".magic.test."),
            OptionalInt.of(Type.A),
            ServerCookies.State.NONE,
            30),
        Outcome.ANSWERED,
        new QueryEvent.Response(0, 46, Duration.ofNanos(1000)));
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      Thread.sleep(20);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return -1;
    }
  }

  private static void assertWhole(Path file) throws IOException {
    assertThat(Files.readString(file)).endsWith("}\n");
    assertThat(Files.readAllLines(file)).allMatch(line -> line.matches("\\{\"time\":.*}"));
  }

  @Test
  void aRotatedFileIsLeftForANewOne() throws Exception {
    Path file = directory.resolve("log");
    try (QueryLog log = log(file)) {
      log.add(event());
      await(() -> size(file) > 0);
      Path old = Files.move(file, directory.resolve("log.1"));
      log.add(event());
      await(() -> lines(old) == 2);
      log.reopen();
      await(() -> Files.exists(file));
      log.add(event());
      await(() -> lines(file) == 1);
      assertThat(lines(old)).isEqualTo(2);
    }
    assertThat(warnings).isEmpty();
    assertThat(lost).hasValue(0);
  }

  private static long lines(Path file) {
    try {
      return Files.readAllLines(file).size();
    } catch (IOException e) {
      return -1;
    }
  }

  @Test
  void aFileThatCannotBeOpenedAgainGoesOnAsItIs() throws Exception {
    Path file = Files.createDirectory(directory.resolve("sub")).resolve("log");
    try (QueryLog log = log(file)) {
      Files.move(directory.resolve("sub"), directory.resolve("elsewhere"));
      log.reopen();
      assertThat(warnings.poll(30, TimeUnit.SECONDS)).contains("cannot be opened again");
      log.add(event());
      await(() -> lines(directory.resolve("elsewhere/log")) == 1);
    }
  }

  @Test
  void aLineThatAKillCutOffDoesNotSpoilTheNext() throws Exception {
    Path file = Files.writeString(directory.resolve("log"), "{\"time\":\"19");
    try (QueryLog log = log(file)) {
      log.add(event());
    }
    assertThat(Files.readAllLines(file)).hasSize(2).last().asString().endsWith("}");
  }

  @Nested
  class OnAFullDisk {
    @Test
    void goesOnWhenThereIsRoomAgain() throws Exception {
      Assumptions.assumeTrue(
          "root".equals(System.getProperty("user.name")), "mounting a small disk is for root");
      Path disk = Files.createDirectory(directory.resolve("disk"));
      Process mount =
          new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=16m", "v6cert", disk.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(mount.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Assumptions.assumeTrue(mount.waitFor() == 0, "no disk can be mounted here: " + said);
      try {
        fillAndEmpty(disk);
      } finally {
        new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
      }
    }

    private void fillAndEmpty(Path disk) throws Exception {
      Path file = disk.resolve("log");
      Path ballast = disk.resolve("ballast");
      try (QueryLog log = log(file)) {
        for (int round = 1; round <= 2; round++) {
          fill(ballast);
          long before = lost.get();
          for (int i = 0; i < MORE_THAN_A_QUEUE; i++) {
            log.add(event());
            if (i % 100 == 0) {
              Thread.sleep(1);
            }
          }
          assertThat(warnings.poll(30, TimeUnit.SECONDS))
              .contains(file.toString(), "cannot be written: No space left on device");
          await(() -> lost.get() - before > 0);
          assertWhole(file);
          Thread.sleep(2500);
          assertThat(warnings).isEmpty();
          assertWhole(file);
          long full = size(file);
          Files.delete(ballast);
          assertThat(warnings.poll(30, TimeUnit.SECONDS))
              .isEqualTo(
                  "the query log "
                      + file
                      + " is written again; it lacks "
                      + (lost.get() - before)
                      + " queries");
          await(() -> size(file) > full);
          await(() -> lines(file) == number - lost.get());
          assertWhole(file);
        }
      }
    }

    /** Leaves room for some lines, and not for a whole number of them. */
    private void fill(Path ballast) throws IOException {
      byte[] octets = new byte[4096];
      try (FileChannel channel =
          FileChannel.open(ballast, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        try {
          while (true) {
            channel.write(ByteBuffer.wrap(octets));
          }
        } catch (IOException e) {
          channel.truncate(channel.size() - 5L * octets.length);
        }
      }
    }
  }
}
