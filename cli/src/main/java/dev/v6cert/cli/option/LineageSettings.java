package dev.v6cert.cli.option;

import dev.v6cert.acme.export.CertificateExport;
import dev.v6cert.acme.issue.CertificateRevoker.Reason;
import dev.v6cert.cli.setting.Choice;
import dev.v6cert.cli.setting.Setting;
import java.nio.file.Path;
import java.util.List;

/**
 * The settings of the commands that hand out, revoke or delete a certificate; all of the moment.
 */
public final class LineageSettings {

  /** The kind of file to write. */
  public static final Setting<CertificateExport.Format> FORMAT =
      Setting.of(
              "format",
              "FORMAT",
              new Choice<>(
                  List.of(CertificateExport.Format.values()), CertificateExport.Format::id))
          .onlyAsFlag()
          .orElse("pkcs12")
          .help("pkcs12, jks (old Java), or pem (chain and key in one file, without a password)");

  /** The file to write. */
  public static final Setting<Path> OUT =
      Setting.of("out", "FILE", LineageSettings::out)
          .onlyAsFlag()
          .help("the file to write, for its owner only");

  /** The file of the password. */
  public static final Setting<Path> PASSWORD_FILE =
      Setting.of("password-file", "FILE", PathText::read)
          .onlyAsFlag()
          .help("the first line of this file is the password (default: ask at the terminal)");

  private static final Choice<Reason> REASONS = new Choice<>(List.of(Reason.values()), Reason::id);

  /** The reason of a revocation. */
  public static final Setting<Reason> REASON =
      Setting.of("reason", "REASON", REASONS)
          .onlyAsFlag()
          .orElse("unspecified")
          .help(REASONS.inWords());

  /** Whether the certificate's own key signs. */
  public static final Setting<Boolean> BY_KEY =
      Setting.ofSwitch("by-key")
          .onlyAsFlag()
          .help("sign with the certificate's own key instead of the account's");

  /** A certificate that is in no lineage. */
  public static final Setting<Path> CERTIFICATE =
      Setting.of("certificate", "PEM", PathText::read)
          .onlyAsFlag()
          .help("revoke this certificate instead of a lineage's, with --key and --ca");

  /** Its key. */
  public static final Setting<Path> KEY =
      Setting.of("key", "PEM", PathText::read)
          .onlyAsFlag()
          .help("the key of --certificate, PKCS#8");

  /** Whether nobody is to be asked for a confirmation. */
  public static final Setting<Boolean> YES =
      Setting.ofSwitch("yes").onlyAsFlag().help("do it without asking");

  private LineageSettings() {}

  private static Path out(String text) {
    if (text.equals("-")) {
      throw new IllegalArgumentException("a key goes into a file of its owner's only");
    }
    return PathText.read(text);
  }
}
