package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.InteropFixture.Ability;
import dev.v6cert.cli.InteropFixture.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of CAs in the documents, beside those that the tests show. */
class InteropTableTest {

  @Test
  void isTheSameInTheDocuments() throws IOException {
    List<String> lines = Files.readAllLines(Path.of("../docs/certificates.md"));
    String heading =
        "| | " + String.join(" | ", Arrays.stream(Peer.values()).map(it -> it.heading).toList());
    int head = lines.indexOf(heading + " |");
    assertThat(head).as("the line " + heading).isNotNegative();
    List<String> rows =
        lines.subList(head + 2, lines.size()).stream()
            .takeWhile(line -> line.startsWith("|"))
            .toList();
    List<List<String>> expected = new ArrayList<>();
    List<List<String>> found = new ArrayList<>();
    for (Ability ability : Ability.values()) {
      List<String> row = new ArrayList<>(List.of(ability.heading));
      for (Peer peer : Peer.values()) {
        row.add(InteropFixture.refusal(peer, ability).isPresent() ? "no" : "yes");
      }
      expected.add(row);
    }
    for (String row : rows) {
      List<String> cells = List.of(row.split(" *[|] *", -1));
      found.add(
          cells.subList(1, cells.size() - 1).stream()
              .map(cell -> cell.replaceFirst("^(yes|no)\\b.*", "$1"))
              .toList());
    }
    assertThat(found).isEqualTo(expected);
  }
}
