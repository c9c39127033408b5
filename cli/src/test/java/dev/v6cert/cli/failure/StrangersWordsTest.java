package dev.v6cert.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeProblem;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The words of CAs and servers in the text of an error. */
class StrangersWordsTest {

  private static final URI CA = URI.create("https://ca.example/dir");

  @Test
  void cannotAddLinesOrControlTheTerminal() {
    ErrorText error =
        ErrorTexts.of(
            new AcmeFailure.Refused(
                Step.ACCOUNT, AcmeProblem.of("malformed", "bad\nerror: \u001b[31mworse\r\n")));

    assertThat(error.lines())
        .allSatisfy(line -> assertThat(line).doesNotContainPattern("\\p{Cntrl}"));
  }

  @Test
  void cannotTurnWhatFollowsOrHideInIt() {
    AcmeFailure failure =
        new AcmeFailure.Unreachable(CA, "a\u202eb\u2028c\u009b31md\u200be\u0000f ä ✓");

    assertThat(ErrorTexts.of(failure).lines().get(1)).isEqualTo("a b c 31md e f ä ✓");
    assertThat(ErrorTexts.line(failure)).endsWith("a b c 31md e f ä ✓");
  }

  static final List<AcmeFailure> LONG =
      List.of(
          new AcmeFailure.NotAcme(CA, "x".repeat(1 << 20)),
          new AcmeFailure.Unreachable(CA, "x".repeat(1 << 20)),
          new AcmeFailure.BadCertificate("x".repeat(1 << 20)),
          new AcmeFailure.TermsNotAgreed(URI.create("https://" + "x".repeat(1 << 20))),
          new AcmeFailure.Refused(Step.ORDER, AcmeProblem.of("x".repeat(1 << 20), "no")));

  /** It is kept with the lineage, and becomes one variable of the failure hook's environment. */
  @ParameterizedTest
  @FieldSource("LONG")
  void hasAnEndEvenWhereItIsAWholeAnswer(AcmeFailure failure) {
    assertThat(ErrorTexts.line(failure)).hasSizeLessThan(5000).contains("...");
    assertThat(ErrorTexts.of(failure).lines())
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(5000));
  }

  @Test
  void isCutWhereItIsLong() {
    ErrorText error =
        ErrorTexts.of(
            new AcmeFailure.Refused(Step.ACCOUNT, AcmeProblem.of("malformed", "x".repeat(9999))));

    assertThat(error.why()).hasSizeLessThan(200).contains("...");
  }
}
