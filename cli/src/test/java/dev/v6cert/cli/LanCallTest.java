package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.LanCall.Client;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of clients in the documents, beside the one that the tests are held to. */
class LanCallTest {

  @Test
  void isTheSameInTheDocuments() throws IOException {
    List<String> expected = new ArrayList<>();
    expected.add(row("", Arrays.stream(Client.values()).map(it -> it.heading).toList()));
    expected.add("|---".repeat(Client.values().length + 1) + "|");
    for (LanCall call : LanCall.values()) {
      expected.add(
          row(call.heading, Arrays.stream(Client.values()).map(it -> it.cell(call)).toList()));
    }
    List<String> lines = Files.readAllLines(Path.of("../docs/local.md"));
    assertThat(LanCall.values()).hasSize(28);
    assertThat(lines.subList(Math.max(0, lines.indexOf(expected.getFirst())), lines.size()))
        .startsWith(expected.toArray(String[]::new));
  }

  private static String row(String heading, List<String> cells) {
    return ("| " + heading + " | " + String.join(" | ", cells) + " |").replace("|  |", "| |");
  }
}
