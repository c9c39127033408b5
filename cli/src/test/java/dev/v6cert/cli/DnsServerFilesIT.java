package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.BufferedWriter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** The zone file and the block list of the DNS server, in the memory that the launcher gives it. */
class DnsServerFilesIT {
  private static final int CONFIGURATION = ExitStatus.CONFIGURATION.code();
  private static final int LINES = 3_000_000;
  private static final Duration LONGER_THAN_A_SECOND = Duration.ofMillis(1100);

  /** More lines than are read between two looks at the clock, and less than a pipe holds. */
  private static final int LINES_BETWEEN_LOOKS = 200;

  @TempDir Path home;
  private Path zone;
  private Path list;

  @BeforeEach
  void writeFiles() throws IOException {
    zone = Files.writeString(home.resolve("zone"), "a A 198.51.100.1\n");
    list = Files.writeString(home.resolve("list"), "203.0.113.0/24\n");
  }

  private ProcessBuilder server() {
    return V6cert.here(home)
        .process(
            List.of(),
            List.of(
                "dns-server",
                "--zone=magic.test",
                "--listen=127.0.0.1:0",
                "--zone-file=" + zone,
                "--blocklist=" + list));
  }

  private Path large(IntFunction<String> line) throws IOException {
    Path file = home.resolve("large");
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (int i = 0; i < LINES; i++) {
        lines.write(line.apply(i));
        lines.write('\n');
      }
    }
    return file;
  }

  private static String record(int i) {
    return "host" + i + " A 198.51.100.1";
  }

  private static String address(int i) {
    return "2a01:" + Integer.toHexString(i >> 16) + ":" + Integer.toHexString(i & 0xffff) + "::1";
  }

  private void expectRefusal(Path file, String reason) throws Exception {
    Outcome outcome = V6cert.here(home).run(server());
    assertThat(outcome.code()).as(outcome.err()).isEqualTo(CONFIGURATION);
    assertThat(outcome.err())
        .contains("error: cannot use " + file)
        .contains(reason)
        .doesNotContain("OutOfMemoryError");
    assertThat(outcome.err().lines().filter(line -> !line.startsWith("reading ")).count())
        .isLessThanOrEqualTo(3);
  }

  @Test
  void aZoneFileTooLargeForTheMemoryIsRefusedAtTheStart() throws Exception {
    Files.move(large(DnsServerFilesIT::record), zone, StandardCopyOption.REPLACE_EXISTING);
    expectRefusal(zone, "too large for the memory");
  }

  @Test
  void aBlockListTooLargeForTheMemoryIsRefusedAtTheStart() throws Exception {
    Files.move(large(DnsServerFilesIT::address), list, StandardCopyOption.REPLACE_EXISTING);
    expectRefusal(list, "too large for the memory");
  }

  @Test
  void aBlockListOfWordsTooLargeForTheMemoryIsRefusedAtTheStart() throws Exception {
    Files.move(large(i -> "word" + i), list, StandardCopyOption.REPLACE_EXISTING);
    expectRefusal(list, "too large for the memory");
  }

  @Test
  void aRecordThatCannotBeServedIsRefusedAtTheStartWithItsLine() throws Exception {
    Files.writeString(zone, "a A 198.51.100.1\n$GENERATE 1-9999999 h$ A 198.51.100.1\n");
    expectRefusal(zone, ", line 2");
  }

  /** A pipe is read for as long as the test likes, however quick the machine is. */
  @ParameterizedTest
  @CsvSource({"zone, zone file, a A 198.51.100.1", "list, block list, 203.0.113.0/24"})
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void readingForLongerThanASecondIsSaidWhileItGoesOn(String name, String kind, String line)
      throws Exception {
    Path file = home.resolve(name);
    Files.delete(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    Path err = home.resolve("err");
    Process server = server().redirectErrorStream(true).redirectOutput(err.toFile()).start();
    try {
      // Opened once the server has begun to read.
      try (BufferedWriter pipe = Files.newBufferedWriter(file)) {
        Thread.sleep(LONGER_THAN_A_SECOND);
        pipe.write((line + "\n").repeat(LINES_BETWEEN_LOOKS));
        pipe.flush();
        await(server, err, "reading the " + kind + " " + file + " …");
        assertThat(err).content().doesNotContain("listening");
      }
      await(server, err, "listening on 127.0.0.1");
      assertThat(err).content().containsOnlyOnce("reading the ");
    } finally {
      server.destroy();
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void filesTooLargeForTheMemoryLeaveTheOldOnesAnswering() throws Exception {
    Path err = home.resolve("err");
    Process server = server().redirectErrorStream(true).redirectOutput(err.toFile()).start();
    try {
      InetSocketAddress address = address(await(server, err, "listening on 127.0.0.1:([0-9]+)"));
      Files.move(large(DnsServerFilesIT::record), zone, StandardCopyOption.REPLACE_EXISTING);
      await(server, err, "warning: .*zone: too large for the memory");
      Files.move(large(DnsServerFilesIT::address), list, StandardCopyOption.REPLACE_EXISTING);
      await(server, err, "warning: .*list: too large for the memory");
      assertThat(answers(address, "a.magic.test.")).isEqualTo(1);
      assertThat(answers(address, "203-0-113-1.magic.test.")).isZero();
      assertThat(answers(address, "198-51-100-1.magic.test.")).isEqualTo(1);
      new ProcessBuilder("kill", "-USR1", Long.toString(server.pid())).start().waitFor();
      await(server, err, "reloads_failed [1-9]");
    } finally {
      server.destroy();
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static InetSocketAddress address(Matcher listening) {
    return new InetSocketAddress(
        InetAddress.ofLiteral("127.0.0.1"), Integer.parseInt(listening.group(1)));
  }

  private static Matcher await(Process server, Path err, String pattern) throws Exception {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    Matcher matcher = Pattern.compile(pattern).matcher(Files.readString(err));
    while (!matcher.find()) {
      assertThat(System.nanoTime()).as(Files.readString(err)).isLessThan(deadline);
      assertThat(server.isAlive()).as(Files.readString(err)).isTrue();
      Thread.sleep(100);
      matcher = Pattern.compile(pattern).matcher(Files.readString(err));
    }
    return matcher;
  }

  private static int answers(InetSocketAddress server, String name) throws IOException {
    Record question = Record.newRecord(Name.fromString(name), Type.A, DClass.IN);
    return new SimpleResolver(server)
        .send(Message.newQuery(question))
        .getSection(Section.ANSWER)
        .size();
  }
}
