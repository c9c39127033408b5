package dev.v6cert.dns.fast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.HandlerFixture;
import dev.v6cert.dns.telemetry.QueryLog;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Type;

class LoggedFastPathTest {
  private static final long CLIENT_LOW = 0xffff_c000_0263L;
  private static final byte[] QUERY =
      Packet.query("wWw.10-0-0-1.magic.test", Type.A)
          .edns(1232, Packet.option(10, new byte[8]))
          .bytes();

  @TempDir private Path directory;

  private List<String> logged(HandlerFixture fixture, int oneIn, byte[] query, int count)
      throws IOException {
    Path written = directory.resolve("log");
    try (QueryLog log = new QueryLog(written, oneIn, _ -> {}, _ -> {})) {
      FastHandler path = new LoggedFastPath(fixture.fastPath(Transport.UDP), log, Transport.UDP);
      byte[] octets = new byte[FastHandler.ROOM];
      for (int i = 0; i < count; i++) {
        System.arraycopy(query, 0, octets, 0, query.length);
        path.handle(octets, 0, query.length, 0, CLIENT_LOW);
      }
      path.flush();
    }
    return Files.readAllLines(written);
  }

  @Test
  void writesWhatTheFastPathAnswers() throws IOException {
    List<String> lines = logged(new HandlerFixture(builder -> builder), 1, QUERY, 1);
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .contains(
            "\"client\":\"192.0.2.0/24\",\"family\":\"INET\",\"protocol\":\"UDP\"",
            "\"name\":\"wWw.10-0-0-1.magic.test.\",\"type\":\"A\",\"outcome\":\"answered\"",
            "\"rcode\":\"NOERROR\",\"cookie\":\"client_only\"")
        .contains("\"query_size\":" + QUERY.length + ",\"response_size\":")
        .contains("\"response_size\":" + (QUERY.length + 32));
  }

  @Test
  void tellsLimitedAnswers() throws IOException {
    List<String> lines = logged(new HandlerFixture(builder -> builder.rateLimit(1)), 1, QUERY, 4);
    assertThat(lines).hasSize(4);
    assertThat(lines.get(1)).contains("\"limited_dropped\"", "\"response_size\":0");
    assertThat(lines.get(3)).contains("\"limited_truncated\"");
  }

  @Test
  void leavesWhatIsDeclinedToTheGeneralPath() throws IOException {
    byte[] unknown = Packet.query("elsewhere.test", Type.A).bytes();
    assertThat(logged(new HandlerFixture(builder -> builder), 1, unknown, 3)).isEmpty();
  }

  @Test
  void takesASample() throws IOException {
    assertThat(logged(new HandlerFixture(builder -> builder), 100, QUERY, 100_000))
        .hasSizeBetween(700, 1300);
  }
}
