package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.CertificateAuthority;
import java.net.URI;
import java.util.Locale;

/** The texts of accounts that are missing. */
final class AccountErrorTexts {

  /** The advice where a CA opens no account without an address, or not with the one given. */
  static final String CONTACT = "pass an address that the CA may write to with --email MAIL";

  private AccountErrorTexts() {}

  /** Whether the CA's words are about the contact, whatever type it gives the problem. */
  static boolean isAboutContact(AcmeProblem problem) {
    String words = (problem.type() + " " + problem.detail()).toLowerCase(Locale.ROOT);
    return words.contains("contact") || words.contains("email") || words.contains("e-mail");
  }

  static ErrorText of(AcmeFailure.NoAccount none) {
    return new ErrorText(
        "there is no account with the CA at " + none.authority() + " here",
        "",
        "v6cert obtain opens one; revoke --by-key signs with the certificate's own key instead",
        ExitStatus.CONFIGURATION);
  }

  static ErrorText of(AcmeFailure.ExternalAccountRequired required) {
    return new ErrorText(
        "the CA at " + required.authority() + " needs an account made on its own site first",
        source(required.authority()) + " gives a key id and an HMAC key; nothing was ordered",
        "add --eab-kid ID and --eab-hmac-file FILE",
        ExitStatus.CONFIGURATION);
  }

  static ErrorText of(AcmeFailure.ExternalAccountRefused refused) {
    if (refused.problem().type().equals("serverInternal")) {
      return new ErrorText(
          "the CA at " + refused.authority() + " did not open the account",
          "it answers with HTTP status 500, as some do where they do not know the key id",
          "check --eab-kid and --eab-hmac-file; if they are right, try again later",
          ExitStatus.TEMPORARY);
    }
    return new ErrorText(
        "the CA at " + refused.authority() + " refused the account",
        AcmeErrorTexts.problem(refused.problem()),
        isAboutContact(refused.problem())
            ? CONTACT
            : "copy --eab-kid and the key of --eab-hmac-file anew from "
                + source(refused.authority())
                + "; many can be used only once",
        ExitStatus.REFUSED);
  }

  private static String source(URI authority) {
    if (authority.equals(CertificateAuthority.ZEROSSL.directory())) {
      return "https://app.zerossl.com/developer";
    }
    return authority.equals(CertificateAuthority.GOOGLE.directory())
        ? "gcloud publicca external-account-keys create"
        : "the site";
  }
}
