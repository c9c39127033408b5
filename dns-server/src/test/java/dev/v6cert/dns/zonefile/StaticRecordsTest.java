package dev.v6cert.dns.zonefile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
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
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

class StaticRecordsTest {
  private static final Name APEX = Name.fromConstantString("magic.test.");
  private static final Name INNER = Name.fromConstantString("inner.magic.test.");

  @TempDir Path directory;
  private final Set<Path> files = new HashSet<>();

  private StaticRecords read(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("zone"), text);
    return StaticRecords.read(
        file, List.of(APEX, INNER), Duration.ofHours(1), files::add, ReadBudget.NONE);
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
        "$INCLUDE . | 1",
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
        "x HIP 2 200100107B1A74DF365639CC39F1D578"
            + " AwEAAbdxyhNuSutc5EMzxTs9AbdxyhNuSutc5EMLBPCIkOFH8cI | 1",
        "x A 192.0.2.1\\n$GENERATE 1-9999999 h$ A 192.0.2.1 | 2",
        "$GENERATE 1-2 h${0,999999999,d} A 192.0.2.1 | 1",
        "x A 192.0.2.1\\n( $GENERATE 1-2 h$ A 192.0.2.1 ) | 2",
        "($INCLUDE zone) | 1",
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

  @ParameterizedTest
  @ValueSource(strings = {"x TXT a\n; %s", "x TXT a\nx TXT (%s", "x TXT a\ny A%s 192.0.2.1"})
  void longerThanAnyRecordAreRefusedWithTheLine(String text) {
    String words = "x ".repeat(1_500_000);
    FileFailure failure =
        catchThrowableOfType(FileFailure.class, () -> read(text.formatted(words)));
    assertThat(failure.line()).hasValue(2);
    FileFailure inLines =
        catchThrowableOfType(
            FileFailure.class,
            () -> read("x TXT a\nx TXT (\n" + words.replaceAll(".{1000}", "$0\n") + ")"));
    assertThat(inLines.line()).hasValue(2);
  }

  @Test
  void ofOneNameAndTypeThatFitIntoNoAnswerAreRefused() {
    FileFailure failure =
        catchThrowableOfType(
            FileFailure.class, () -> read("$GENERATE 0-65535 x AAAA 2001:db8::${0,1,x}\n"));
    assertThat(failure.reason()).contains("AAAA together fit into no answer");
  }

  @Test
  void mayBeGenerated() throws IOException {
    assertThat(read("$GENERATE 0-65535 h$ A 192.0.2.1\n").in(APEX)).hasSize(65_536);
  }

  @Test
  void areRelativeToAnOriginThatIsRelativeItself() throws IOException {
    List<Record> records =
        read("$ORIGIN a\n$GENERATE 1-9/4 h${1,3,x} 5 CNAME y\nx A 192.0.2.1\n").in(APEX);
    assertThat(records.stream().map(record -> record.getName().toString()))
        .containsExactly(
            "h002.a.magic.test.", "h006.a.magic.test.", "h00a.a.magic.test.", "x.a.magic.test.");
  }

  @Test
  void haveOneTtlForEachNameAndType() throws IOException {
    assertThat(read("x 60 A 192.0.2.1\nx 5 A 192.0.2.2\nx 90 TXT y\n").in(APEX))
        .extracting(Record::getTTL)
        .containsExactly(5L, 5L, 90L);
  }

  @Test
  void withATtlThatIsNoneNameIt() {
    FileFailure failure = catchThrowableOfType(FileFailure.class, () -> read("$TTL soon\n"));
    assertThat(failure).hasMessageEndingWith("zone:1: " + failure.reason());
    assertThat(failure.reason()).startsWith("\"soon\" is not a TTL");
  }

  @Test
  void mayBeRepeated() throws IOException {
    assertThat(read("x A 192.0.2.1\nx A 192.0.2.1\n").in(APEX)).hasSize(1);
  }
}
