package dev.v6cert.dns.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.dns.guard.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

class StaticRecordsTest {
  private static final Name APEX = Name.fromConstantString("magic.test.");
  private static final Name INNER = Name.fromConstantString("inner.magic.test.");

  @TempDir Path directory;
  private final Set<Path> files = new HashSet<>();

  private StaticRecords read(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("zone"), text);
    return StaticRecords.read(file, List.of(APEX, INNER), Duration.ofHours(1), files::add);
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
    assertThat(files).hasSize(2);
  }

  @Test
  void tellOfFilesWithoutRecordsAndOfMissingOnes() throws IOException {
    Files.writeString(directory.resolve("empty"), "; later\n");
    assertThat(catchThrowable(() -> read("$INCLUDE empty\n$INCLUDE missing\n")))
        .isInstanceOf(FileFailure.class);
    assertThat(files)
        .extracting(file -> file.getFileName().toString())
        .containsExactlyInAnyOrder("zone", "empty", "missing");
  }

  @Test
  void mayHoldAnyUtf8AndStartWithAByteOrderMark() throws IOException {
    List<Record> records = read("\ufeffx TXT \"für\" ; für\nä TXT (\n a\n )\n").in(APEX);
    assertThat(records.getFirst().getName()).hasToString("x.magic.test.");
    assertThat(records.getFirst().rdataToString()).contains("f\\195\\188r");
    assertThat(records.getLast().getName()).hasToString("\\195\\164.magic.test.");
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
        "$GENERATE 250-260 h$ A 192.0.2.$ | 1",
        "x TXT ( a\\ny TXT b | 1",
        "x TXT \"(\" ; (\\ny TXT \\( (\\n c ; )\\nz A 192.0.2.1 | 2",
        "x DNAME y\\na.x A 192.0.2.1 | 2",
        "a.b.x A 192.0.2.1\\nx DNAME y | 2",
        "x A 192.0.2.1\\n$TTL soon | 2",
        "x A 192.0.2.1\\n$TTL 99999999999 | 2",
        "x A 192.0.2.1\\n$GENERATE -1 h$ A 192.0.2.$ | 2",
        "x A 192.0.2.1\\n$GENERATE | 2",
        "x RRSIG A 13 2 60 20240000000000 20240101000000 1 magic.test. aaaa | 1",
        "x RRSIG A 13 2 60 soon 20240101000000 1 magic.test. aaaa | 1",
        "x HIP 2 zz zz | 1",
        "x HIP | 1",
        "x WKS 192.0.2.1 tcp 99999999999 | 1",
        "x WKS 192.0.2.1 nosuch smtp | 1",
        "x WKS 1.2.3 6 70000 | 1",
        "x LOC 99999 N | 1",
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
  void thatFitIntoNoPacketAreRefusedWithTheLine() {
    String strings = ("\"" + "x".repeat(255) + "\" ").repeat(257);
    FileFailure failure =
        catchThrowableOfType(FileFailure.class, () -> read("x A 192.0.2.1\nx TXT " + strings));
    assertThat(failure.line()).hasValue(2);
  }

  @Test
  void withATtlThatIsNoneNameIt() {
    FileFailure failure = catchThrowableOfType(FileFailure.class, () -> read("$TTL soon\n"));
    assertThat(failure).hasMessageEndingWith("zone:1: " + failure.reason());
    assertThat(failure.reason()).startsWith("\"soon\" is no TTL");
  }

  @Test
  void mayBeRepeated() throws IOException {
    assertThat(read("x A 192.0.2.1\nx A 192.0.2.1\n").in(APEX)).hasSize(1);
  }
}
