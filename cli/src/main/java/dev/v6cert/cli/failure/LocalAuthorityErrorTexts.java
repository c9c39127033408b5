package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.cli.terminal.TimeText;

/** The texts of a local CA that does not sign. */
final class LocalAuthorityErrorTexts {

  private LocalAuthorityErrorTexts() {}

  static ErrorText of(AcmeFailure.LocalAuthorityRefusal refusal) {
    return switch (refusal) {
      case AcmeFailure.NotPrivate refused ->
          new ErrorText(
              "the local CA does not sign " + refused.subject(),
              "it signs private names and addresses only: " + refused.reason(),
              "leave out --ca local for a public name; v6cert local-ca show lists what it signs",
              ExitStatus.USAGE);
      case AcmeFailure.BeforeRoot early ->
          new ErrorText(
              "the clock is before the root of the local CA",
              "it is "
                  + TimeText.of(early.now())
                  + " here, and the root is valid from "
                  + TimeText.of(early.from()),
              "set the clock: sudo timedatectl set-ntp true; if it is right: v6cert local-ca rotate",
              ExitStatus.CONFIGURATION);
      case AcmeFailure.RootEnded ended ->
          new ErrorText(
              "the root of the local CA has ended",
              "it was valid until " + TimeText.of(ended.end()),
              "v6cert local-ca rotate makes a new one",
              ExitStatus.CONFIGURATION);
      case AcmeFailure.NoLocalAuthority _ ->
          new ErrorText(
              "there is no local CA here",
              "it was removed, or never used with this state directory",
              "v6cert obtain --ca local makes one; v6cert delete NAME ends a lineage of an old one",
              ExitStatus.CONFIGURATION);
    };
  }
}
