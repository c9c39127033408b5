package dev.v6cert.cli.option;

import dev.v6cert.acme.export.CertificateExport;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import java.nio.file.Path;
import java.util.Optional;

/** The password of an exported file, from a file or from the person at the terminal. */
public final class ExportPassword {

  /** The shortest password that keytool and others take. */
  private static final int SHORTEST = 6;

  private ExportPassword() {}

  /**
   * The password; empty for a format that takes none.
   *
   * @throws CliFailureException when there is none, or one that cannot be used
   */
  public static char[] of(CertificateExport.Format format, Settings settings, Console console)
      throws CliFailureException, InterruptedException {
    Optional<Path> file = settings.find(LineageSettings.PASSWORD_FILE);
    if (!format.takesPassword()) {
      if (file.isPresent()) {
        throw CliFailureException.usage(
            "a " + format.id() + " file takes no password", "leave out --password-file");
      }
      return new char[0];
    }
    String password =
        file.isPresent()
            ? SecretFile.firstLine(LineageSettings.PASSWORD_FILE, file.get())
            : asked(format, console);
    if (password.length() < SHORTEST) {
      throw CliFailureException.usage(
          "the password has fewer than " + SHORTEST + " characters", "choose a longer one");
    }
    return password.toCharArray();
  }

  private static String asked(CertificateExport.Format format, Console console)
      throws CliFailureException, InterruptedException {
    Optional<String> password = console.secret("Password of the " + format.id() + " file: ");
    if (password.isEmpty()) {
      throw CliFailureException.usage(
          "a " + format.id() + " file needs a password, and nobody can be asked for it unseen",
          "add --password-file FILE");
    }
    if (!password.equals(console.secret("The same again: "))) {
      throw CliFailureException.usage(
          "the two passwords are not the same; nothing was written", "type it once more");
    }
    return password.get();
  }
}
