package dev.v6cert.cli.failure;

import dev.v6cert.acme.DeployFailure;
import dev.v6cert.acme.hook.HookResult;
import dev.v6cert.cli.terminal.TimeText;
import java.util.List;

/** The texts of hooks that failed, and of servers that did not take a certificate up. */
final class HookErrorTexts {

  private HookErrorTexts() {}

  static ErrorText of(DeployFailure failure) {
    return switch (failure) {
      case DeployFailure.HookFailed hook -> of(hook);
      case DeployFailure.NotServed server -> of(server);
    };
  }

  private static ErrorText of(DeployFailure.HookFailed failure) {
    HookResult result = failure.result();
    return new ErrorText(
        "the " + result.kind().id() + " hook of " + failure.lineage() + " " + ending(result),
        lastLine(result),
        switch (result.kind()) {
          case PRE -> "nothing was ordered; correct the hook, or leave it out";
          case DEPLOY -> "the certificate is in place; v6cert renew runs the hook again";
          case POST, FAILURE -> "v6cert renew runs it again";
        },
        ExitStatus.TEMPORARY);
  }

  private static ErrorText of(DeployFailure.NotServed failure) {
    return new ErrorText(
        failure.endpoint() + " does not show the new certificate of " + failure.lineage(),
        failure
            .served()
            .map(served ->
                "it shows the one with the serial "
                    + served.serial()
                    + ", by "
                    + served.issuer()
                    + ", valid until "
                    + TimeText.of(served.notAfter()))
            .orElse("it does not answer: " + failure.cause()),
        "reload the server (--deploy-hook can); v6cert renew looks again",
        ExitStatus.TEMPORARY);
  }

  private static String ending(HookResult result) {
    if (result.timedOut()) {
      return "was cut off after " + TimeText.of(result.took());
    }
    return result.status() < 0 ? "was cut off" : "failed with status " + result.status();
  }

  private static String lastLine(HookResult result) {
    List<String> lines = result.output().lines().filter(line -> !line.isBlank()).toList();
    return lines.isEmpty() ? "" : lines.getLast();
  }
}
