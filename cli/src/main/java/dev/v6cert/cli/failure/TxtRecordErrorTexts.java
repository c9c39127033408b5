package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.cli.terminal.TimeText;

/** The texts of TXT records that were not published. */
final class TxtRecordErrorTexts {

  private TxtRecordErrorTexts() {}

  static ErrorText of(AcmeFailure.RecordFailure failure) {
    return switch (failure) {
      case AcmeFailure.RecordHookFailed hook ->
          new ErrorText(
              "the DNS hook for " + hook.domain() + " " + ending(hook),
              hook.lastLine(),
              "the CA was not told; correct the hook, then try again",
              ExitStatus.TEMPORARY);
      case AcmeFailure.RecordNotShown missing ->
          new ErrorText(
              "not every name server showed TXT "
                  + missing.name()
                  + " within "
                  + TimeText.of(missing.limit()),
              String.join("; ", missing.reasons()),
              "the CA was not told; see that it is set in this zone, or raise --dns-limit",
              ExitStatus.TEMPORARY);
      case AcmeFailure.RecordNotTaken not ->
          new ErrorText(
              not.fault(),
              not.detail(),
              not.advice(),
              switch (not.problem()) {
                case UNAVAILABLE -> ExitStatus.UNAVAILABLE;
                case NOT_YET -> ExitStatus.TEMPORARY;
                case NOT_PERMITTED -> ExitStatus.NOT_PERMITTED;
                case CONFIGURATION -> ExitStatus.CONFIGURATION;
              });
    };
  }

  private static String ending(AcmeFailure.RecordHookFailed hook) {
    if (hook.timedOut()) {
      return "was cut off after " + TimeText.of(hook.took());
    }
    return hook.status() < 0 ? "was cut off" : "failed with status " + hook.status();
  }
}
