package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.CertificateAuthority;
import java.net.URI;

/** The reports of accounts that are missing. */
final class AccountReports {

  private AccountReports() {}

  static Report report(AcmeFailure.NoAccount none) {
    return new Report(
        "there is no account with the CA at " + none.authority() + " here",
        "",
        "v6cert obtain opens one, v6cert account list shows those there are; revoke --by-key needs none",
        ExitStatus.CONFIGURATION);
  }

  static Report report(AcmeFailure.ExternalAccountRequired required) {
    return new Report(
        "the CA at " + required.authority() + " wants an account made on its own site first",
        source(required.authority()) + " gives a key id and an HMAC key; nothing was ordered",
        "add --eab-kid ID and --eab-hmac-file FILE",
        ExitStatus.CONFIGURATION);
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
