package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.export.CertificateExport;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.ExportPassword;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.LineageSettings;
import dev.v6cert.cli.plan.KnownLineages;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.JsonObject;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@code v6cert export}: a certificate with its key in one file, for other programs. */
public final class ExportCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.EXPORT,
        List.of(
            "The file is for its owner only, and one that is there is not overwritten without"
                + " --force. The password is read from a file or asked for at the terminal; it is"
                + " never an option, which other users could see."),
        Optional.of(CommandSpec.Argument.lineage(true)),
        List.of(
            LineageSettings.FORMAT,
            LineageSettings.OUT,
            LineageSettings.PASSWORD_FILE,
            CertificateSettings.FORCE.help("replace FILE if it is there"),
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("export NAME --out cert.p12", "for Windows or Java"),
            new CommandSpec.Example(
                "export NAME --format pem --out /etc/haproxy/cert.pem --force",
                "for HAProxy, from a deploy hook")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    Settings settings = invocation.settings();
    CertificateExport.Format format = settings.value(LineageSettings.FORMAT);
    Path file =
        settings
            .find(LineageSettings.OUT)
            .orElseThrow(() ->
                CliFailureException.usage(
                    "there is no --out FILE to write to", "add --out cert.p12"));
    Lineage lineage =
        KnownLineages.in(invocation.stateDirectory())
            .certified(invocation.argument().orElseThrow());
    boolean replace = settings.value(CertificateSettings.FORCE);
    if (!replace && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new AcmeFailureException(new StoreFailure.FileExists(file)); // Nobody types in vain.
    }
    char[] password = ExportPassword.of(format, invocation.settings(), invocation.console());
    try {
      CertificateExport.write(lineage, format, password, file, replace);
    } finally {
      Arrays.fill(password, ' ');
    }
    if (invocation.json()) {
      invocation
          .console()
          .result(
              JsonObject.report()
                  .put("lineage", lineage.name().text())
                  .put("format", format.id())
                  .put("file", file.toString()));
    } else {
      invocation.console().result(file.toString());
    }
    return ExitStatus.DONE;
  }
}
