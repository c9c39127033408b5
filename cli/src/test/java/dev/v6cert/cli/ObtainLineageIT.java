package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The lineages that obtain makes and finds again, by the names of their certificates. */
class ObtainLineageIT extends ObtainFixture {

  @Nested
  class ALineage {

    private List<Path> live() throws IOException {
      try (Stream<Path> links = Files.list(program.state().resolve("live"))) {
        return links.sorted().toList();
      }
    }

    @Test
    void ofANameThatEndsAsAFileOfOursIsCalledOtherwise() throws Exception {
      assertDone(obtainOnSomePort("--domain", "foo.properties"));

      assertThat(live()).hasSize(1);
      String lineage = live().getFirst().getFileName().toString();
      assertThat(lineage).startsWith("foo.properties-");
      assertDone(program.run("show", lineage));
    }

    @Test
    void ofALongNameLeavesThatOfAnotherAlone() throws Exception {
      String label = "a".repeat(60);
      String start = label + "." + label + "." + label + ".";
      assertDone(obtainOnSomePort("--domain", start + "b.test"));
      String first = Files.readString(live().getFirst().resolve("cert.pem"));

      assertDone(obtainOnSomePort("--domain", start + "c.test"));

      assertThat(live()).hasSize(2);
      assertThat(live().stream().map(link -> read(link.resolve("cert.pem")))).contains(first);
    }
  }

  /** Before the hash came behind long names, they were cut to 128 characters. */
  @Nested
  class ALineageOfALongNameByAnOlderVersion {

    private static final String LABEL = "a".repeat(60);
    private static final String START = LABEL + "." + LABEL + "." + LABEL + ".";
    private static final String CUT = START.substring(0, 128);

    @Test
    void isTheOneOfItsNameAndOfNoOther() throws Exception {
      assertDone(obtainOnSomePort("--domain", START + "b.test", "--lineage", CUT));

      Outcome again = obtainOnSomePort("--domain", START + "b.test");

      assertDone(again);
      assertThat(again.err()).contains("kept the certificate for the same names");
      assertThat(again.out()).contains("/live/" + CUT + "/fullchain.pem");
      assertDone(program.run("show", CUT));
      assertDone(program.run("renew", "--force", "--lineage", CUT));
      assertDone(obtainOnSomePort("--domain", START + "c.test"));
      assertThat(program.run("list").out().lines().filter(line -> line.contains("aaa"))).hasSize(2);
      assertThat(program.run("show", CUT).out()).contains(START + "b.test");
    }
  }
}
