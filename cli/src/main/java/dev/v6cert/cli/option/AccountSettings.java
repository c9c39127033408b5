package dev.v6cert.cli.option;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The settings of the accounts with CAs. */
public final class AccountSettings {

  /** Which of our accounts with the CA is meant. */
  public static final Setting<AccountName> ACCOUNT =
      Setting.of("account", "NAME", AccountName::new)
          .orElse("default")
          .help("our own name of the account with the CA, where there is more than one");

  /** The identifier of an account that was made on the CA's own site. */
  public static final Setting<String> EAB_KID =
      Setting.of("eab-kid", "ID", text -> text)
          .help("the key id that the CA gave for external account binding (ZeroSSL, Google)");

  /** Its secret. */
  public static final Setting<String> EAB_HMAC =
      Setting.of("eab-hmac", "KEY", text -> text)
          .help("the HMAC key beside it; other users can see it: better --eab-hmac-file");

  /** The file of its secret. */
  public static final Setting<Path> EAB_HMAC_FILE =
      Setting.of("eab-hmac-file", "FILE", PathText::read)
          .help("the first line of this file is the HMAC key");

  /** All of them. */
  public static final List<Setting<?>> ALL = List.of(ACCOUNT, EAB_KID, EAB_HMAC, EAB_HMAC_FILE);

  /** Those with which an account is opened or found, in the order of the helps. */
  public static final List<Setting<?>> REGISTRATION =
      Setting.join(List.of(CertificateSettings.EMAIL, CertificateSettings.AGREE_TOS), ALL);

  private AccountSettings() {}

  /**
   * Refuses credentials that are not whole, or cannot be used.
   *
   * @throws CliFailureException when they are
   */
  public static void check(Settings settings) throws CliFailureException {
    Optional<ExternalAccount> _ = externalAccount(settings);
  }

  /**
   * The account on the CA's own site that a new one belongs to; empty where none was given.
   *
   * @throws CliFailureException when its credentials are not whole, or cannot be used
   */
  public static Optional<ExternalAccount> externalAccount(Settings settings)
      throws CliFailureException {
    Optional<String> id = settings.find(EAB_KID);
    Optional<String> key = settings.find(EAB_HMAC);
    Optional<Path> file = settings.find(EAB_HMAC_FILE);
    if (key.isPresent() && file.isPresent()) {
      throw CliFailureException.usage(
          "there are both --eab-hmac and --eab-hmac-file", "leave out --eab-hmac");
    }
    if (id.isEmpty() && key.isEmpty() && file.isEmpty()) {
      return Optional.empty();
    }
    if (id.isEmpty()) {
      throw CliFailureException.usage("the HMAC key needs its key id", "add --eab-kid ID");
    }
    if (key.isEmpty() && file.isEmpty()) {
      throw CliFailureException.usage("--eab-kid needs its HMAC key", "add --eab-hmac-file FILE");
    }
    String secret = key.isPresent() ? key.get() : SecretFile.firstLine(EAB_HMAC_FILE, file.get());
    try {
      return Optional.of(new ExternalAccount(id.get(), secret.strip()));
    } catch (IllegalArgumentException e) {
      throw CliFailureException.usage(
          "the HMAC key of --eab-kid cannot be used: " + e.getMessage(),
          "copy it once more from the CA's site; it is base64url text");
    }
  }
}
