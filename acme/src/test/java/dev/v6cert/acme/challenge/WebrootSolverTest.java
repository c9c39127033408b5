package dev.v6cert.acme.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.acme.AcmeFailure.WebrootLink;
import dev.v6cert.acme.AcmeFailure.WebrootUnusable;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import dev.v6cert.acme.state.DurableFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebrootSolverTest {

  @TempDir Path webroot;
  @TempDir Path outside;

  private static PendingChallenge challenge(String token) {
    return new PendingChallenge(Subject.parse("a.test"), token, "the answer");
  }

  @Test
  void putsTheAnswerThereAndTakesItAndItsDirectoriesAway() throws Exception {
    try (Responder responder = new WebrootSolver(webroot).start(_ -> {})) {
      try (PresentedAnswer _ = responder.present(challenge("tok-en_1"))) {
        assertThat(webroot.resolve(".well-known/acme-challenge/tok-en_1")).hasContent("the answer");
      }
    }
    assertThat(webroot).isEmptyDirectory();
  }

  @Test
  void letsTheWebServerReadItWhateverTheUmask() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell to set a umask with");
    Process strict =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "umask 077; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WebrootProbe.class.getName(),
                webroot.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(strict.inputReader().readAllAsString()).isEqualTo("rwxr-xr-x rwxr-xr-x rw-r--r--");
  }

  @Test
  void writesNothingThroughALinkThatTheUserOfTheWebServerPutThere() throws Exception {
    Path mine = Files.writeString(outside.resolve("mine"), "keep this");
    try (Responder responder = new WebrootSolver(webroot).start(_ -> {})) {
      Path file = webroot.resolve(".well-known/acme-challenge/token");
      Files.createSymbolicLink(file, mine);
      try (PresentedAnswer _ = responder.present(challenge("token"))) {
        assertThat(file).isRegularFile().hasContent("the answer");
        assertThat(Files.isSymbolicLink(file)).isFalse();
      }
    }
    assertThat(mine).hasContent("keep this");
  }

  @ParameterizedTest
  @ValueSource(strings = {".well-known", ".well-known/acme-challenge"})
  void goesThroughNoLinkOnTheWay(String link) throws Exception {
    Path at = webroot.resolve(link);
    Files.createDirectories(at.getParent());
    Files.createSymbolicLink(at, outside);
    assertThat(refusal().link()).contains(new WebrootLink(at, Optional.empty()));
    assertThat(outside).isEmptyDirectory();
    assertThat(Files.isSymbolicLink(at)).isTrue();
  }

  private WebrootUnusable refusal() {
    return (WebrootUnusable)
        catchThrowableOfType(
                AcmeFailureException.class, () -> new WebrootSolver(webroot).start(_ -> {}))
            .failure();
  }

  @ParameterizedTest
  @ValueSource(strings = {".well-known", ".well-known/acme-challenge"})
  void namesTheWebrootThatDoesWithoutTheLink(String link) throws Exception {
    Path there = Files.createDirectories(outside.resolve("acme").resolve(link));
    Path at = webroot.resolve(link);
    Files.createDirectories(at.getParent());
    Files.createSymbolicLink(at, there);

    Path instead = refusal().link().flatMap(WebrootLink::instead).orElseThrow();

    assertThat(instead).isEqualTo(outside.resolve("acme").toRealPath());
    try (Responder responder = new WebrootSolver(instead).start(_ -> {});
        PresentedAnswer _ = responder.present(challenge("token"))) {
      assertThat(webroot.resolve(".well-known/acme-challenge/token")).hasContent("the answer");
    }
  }

  @Test
  void goesThroughNoLinkThatIsPutThereMeanwhile() throws Exception {
    Path wellKnown = webroot.resolve(".well-known");
    Path moved = webroot.resolve("moved");
    Path there = Files.createDirectory(outside.resolve("acme-challenge"));
    try (Responder responder = new WebrootSolver(webroot).start(_ -> {})) {
      Files.move(wellKnown, moved);
      Files.createSymbolicLink(wellKnown, outside);
      try (PresentedAnswer _ = responder.present(challenge("token"))) {
        assertThat(there).isEmptyDirectory();
        assertThat(moved.resolve("acme-challenge/token")).hasContent("the answer");
      }
    }
    assertThat(there).exists();
  }

  @Test
  void makesNoDirectoryThroughALinkThatIsPutThereMeanwhile() throws Exception {
    assumeTrue(DurableFiles.POSIX, "directories have no handles here");
    Path wellKnown = Files.createDirectory(webroot.resolve(".well-known"));
    Path moved = webroot.resolve("moved");
    try (DirectoryHandle named = DirectoryHandle.open(webroot);
        DirectoryHandle child = named.child(Path.of(".well-known"))) {
      Files.move(wellKnown, moved);
      Files.createSymbolicLink(wellKnown, outside);

      assertThat(child.make(Path.of("acme-challenge"), named)).isTrue();
    }
    assertThat(outside).isEmptyDirectory();
    assertThat(moved.resolve("acme-challenge")).isDirectory();
    assertThat(webroot).isDirectoryNotContaining(file -> file.toString().contains(".v6cert-"));
  }

  @Test
  void leavesDirectoriesThatWereThereOrAreInUse() throws Exception {
    Path wellKnown = Files.createDirectory(webroot.resolve(".well-known"));
    try (Responder _ = new WebrootSolver(webroot).start(_ -> {})) {
      Files.writeString(wellKnown.resolve("acme-challenge/other"), "");
    }
    assertThat(wellKnown.resolve("acme-challenge/other")).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "../../evil", "a/b", "a\u0000b", "x.php"})
  void refusesATokenThatWouldNameAnotherFile(String token) throws Exception {
    try (Responder responder = new WebrootSolver(webroot).start(_ -> {})) {
      assertThatThrownBy(() -> responder.present(challenge(token)))
          .isInstanceOf(AcmeFailureException.class);
      assertThat(webroot.resolve(".well-known/acme-challenge")).isEmptyDirectory();
    }
  }
}
