package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each row of docs/situations.md names tests, and these exist. */
class SituationsTest {

  private static final Path DOCUMENT = Path.of("../docs/situations.md");

  /** A class, and perhaps methods of it: {@code `Ipv4IT` (`isFollowed`, `isKept`)}. */
  private static final Pattern TEST =
      Pattern.compile("`([A-Z]\\w+(?:IT|Test))`(?: \\(((?:`\\w+`(?:, )?)+)\\))?");

  private static final Pattern WORD = Pattern.compile("`(\\w+)`");

  private static List<String[]> rows() throws IOException {
    return Files.readAllLines(DOCUMENT).stream()
        .filter(line -> line.startsWith("| ") && !line.startsWith("| Situation"))
        .map(line -> line.substring(2).split(" \\| ?", -1))
        .toList();
  }

  @Test
  void thereAreRowsOfFourColumns() throws Exception {
    assertThat(rows()).hasSizeGreaterThan(20).allSatisfy(row -> assertThat(row).hasSize(5));
    assertThat(rows()).extracting(row -> row[0]).doesNotHaveDuplicates();
  }

  @TestFactory
  Stream<DynamicTest> hasItsTest() throws IOException {
    return rows().stream()
        .map(row -> DynamicTest.dynamicTest(row[0], () -> assertTestsExist(row[3])));
  }

  private static void assertTestsExist(String column) throws IOException {
    Matcher test = TEST.matcher(column);
    int found = 0;
    while (test.find()) {
      found++;
      String source = source(test.group(1));
      Matcher method = WORD.matcher(test.group(2) == null ? "" : test.group(2));
      while (method.find()) {
        assertThat(source.contains("void " + method.group(1) + "("))
            .as("%s has %s", test.group(1), method.group(1))
            .isTrue();
      }
    }
    assertThat(found).as(column).isPositive();
  }

  private static String source(String name) throws IOException {
    for (String module : List.of("ipv6", "dns-server", "acme", "cli")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/test/java"))) {
        List<Path> named = files.filter(file -> file.endsWith(name + ".java")).toList();
        if (!named.isEmpty()) {
          return Files.readString(named.getFirst());
        }
      }
    }
    throw new AssertionError("there is no " + name);
  }
}
