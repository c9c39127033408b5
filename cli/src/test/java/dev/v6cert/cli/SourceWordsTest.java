package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rules of CONTRIBUTING.md about words in the sources of all modules. */
class SourceWordsTest {

  private static final Path TOP = Path.of("..");
  private static final List<String> MODULES = List.of("ipv6", "dns-server", "acme", "cli");

  private static final Pattern DOC_COMMENT = Pattern.compile("/\\*\\*(.*?)\\*/", Pattern.DOTALL);
  private static final Pattern DRAWING = Pattern.compile("<pre>.*?</pre>", Pattern.DOTALL);
  private static final Pattern QUESTION =
      Pattern.compile("^(?:What|Who|Whose|How|That|Where|Why)\\b");
  private static final int MOST_QUESTIONS_PERCENT = 2;
  private static final Pattern SNAKE_CASE =
      Pattern.compile("\\bvoid [a-z]\\w*_\\w*\\(|\\bclass [A-Z]\\w*_\\w* ");
  private static final Pattern END_OF_SENTENCE = Pattern.compile("[.!?](?=\\s|$)");

  @Test
  void everyPackageHasOneSentenceOfPurpose() throws IOException {
    List<Path> packages = sources().filter(SourceWordsTest::isPackage).toList();

    assertThat(packages).hasSizeGreaterThan(40);
    assertThat(packages)
        .allSatisfy(file -> {
          String purpose = DRAWING.matcher(docComments(file).findFirst().orElse("")).replaceAll("");
          assertThat(END_OF_SENTENCE.matcher(purpose).results().count())
              .as("sentences of %s: %s", file, purpose)
              .isEqualTo(1);
          assertThat(purpose.strip()).as("the purpose of %s", file).endsWith(".");
        });
  }

  @Test
  void everyMainPackageStatesItsPurpose() throws IOException {
    assertThat(sources().filter(file -> file.toString().contains("/src/main/java/")))
        .map(Path::getParent)
        .allSatisfy(directory -> assertThat(directory.resolve("package-info.java")).exists());
  }

  @Test
  void docCommentsBeginWithANounOrAVerb() throws IOException {
    List<String> comments = sources().flatMap(SourceWordsTest::docComments).toList();
    List<String> questions = comments.stream().filter(QUESTION.asPredicate()).toList();

    assertThat(comments).hasSizeGreaterThan(3000);
    assertThat(questions).hasSizeLessThanOrEqualTo(comments.size() * MOST_QUESTIONS_PERCENT / 100);
  }

  @Test
  void testsAreNamedAsSentencesInCamelCase() throws IOException {
    assertThat(sources().filter(file -> file.toString().contains("/src/test/")))
        .hasSizeGreaterThan(150)
        .allSatisfy(file -> assertThat(Files.readString(file)).doesNotContainPattern(SNAKE_CASE));
  }

  private static boolean isPackage(Path file) {
    return file.endsWith("package-info.java");
  }

  /** The Java sources of every module, main and test. */
  private static Stream<Path> sources() throws IOException {
    Stream.Builder<Path> files = Stream.builder();
    for (String module : MODULES) {
      try (Stream<Path> found = Files.walk(TOP.resolve(module).resolve("src"))) {
        found.filter(file -> file.toString().endsWith(".java")).forEach(files);
      }
    }
    return files.build();
  }

  /** The texts of a file's doc comments, without their stars and line breaks. */
  private static Stream<String> docComments(Path file) {
    try {
      return DOC_COMMENT
          .matcher(Files.readString(file))
          .results()
          .map(comment -> comment.group(1).replaceAll("\\s*\n\\s*\\*", " ").strip());
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }
}
