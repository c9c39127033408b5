package dev.v6cert.dns.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.dns.guard.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;

class StaticRecordsTest {
  private static final Name APEX = Name.fromConstantString("magic.test.");
  private static final Name INNER = Name.fromConstantString("inner.magic.test.");

  @TempDir Path directory;

  private StaticRecords read(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("zone"), text);
    return StaticRecords.read(file, List.of(APEX, INNER), Duration.ofHours(1));
  }

  @Test
  void belongToTheClosestZone() throws IOException {
    StaticRecords records = read("a A 192.0.2.1\nb.inner A 192.0.2.2\ninner TXT x\n");
    assertThat(records.in(APEX)).hasSize(1);
    assertThat(records.in(INNER)).hasSize(2);
    assertThat(records.in(APEX).getFirst().getTTL()).isEqualTo(3600);
  }

  @Test
  void areReadFromIncludedFilesRelativeToTheirOrigin() throws IOException {
    Files.writeString(directory.resolve("more"), "$TTL 5\nx A 192.0.2.1\n");
    StaticRecords records =
        read(
            "$ORIGIN a.magic.test.\n$INCLUDE more b ; comment\n$INCLUDE \"more\"\ny A 192.0.2.2\n");
    assertThat(records.in(APEX).stream().map(record -> record.getName() + " " + record.getTTL()))
        .containsExactly("x.b.a.magic.test. 5", "x.a.magic.test. 5", "y.a.magic.test. 3600");
    assertThat(records.files()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x A 192.0.2.1\\nx A 192.0.2.300 | 2",
        "x A 192.0.2.1\\n\\ny NONSENSE z | 3",
        "; comment\\nwww.example.org. A 192.0.2.1 | 2",
        "x SOA a b 1 2 3 4 5 | 1",
        "x CNAME y\\nx A 192.0.2.1 | 2",
        "x A 192.0.2.1\\nx CNAME y | 2",
        "x CNAME y\\nx CNAME z | 2",
        "@ CNAME y | 1",
        "*.x NS ns | 1",
        "x CH TXT y | 1",
        "x A (\\n192.0.2.1\\n) garbage | 3",
        "$INCLUDE missing | 1",
        "$INCLUDE zone | 1",
        "$ORIGIN a..b | 1",
        "$BOGUS x | 1",
      })
  void withAnErrorAreRefusedWithTheLine(String text, int line) {
    FileFailure failure =
        catchThrowableOfType(
            FileFailure.class, () -> read(text.replace("\\n", System.lineSeparator()) + "\n"));
    assertThat(failure).as(text).isNotNull();
    assertThat(failure.line()).as("%s: %s", text, failure.reason()).hasValue(line);
    assertThat(failure.reason()).isNotBlank().doesNotContain("<none>");
  }

  @Test
  void mayBeRepeated() throws IOException {
    assertThat(read("x A 192.0.2.1\nx A 192.0.2.1\n").in(APEX)).hasSize(1);
  }
}
