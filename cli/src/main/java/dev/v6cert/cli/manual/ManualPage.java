package dev.v6cert.cli.manual;

import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import java.util.List;
import java.util.Locale;

/** Manual pages in the macros of man(7), made from the descriptions that the help has. */
public final class ManualPage {

  private final StringBuilder roff = new StringBuilder(8192);

  private ManualPage(String name, String summary, String version) {
    roff.append(".TH ").append(name.toUpperCase(Locale.ROOT)).append(" 1 \"\" \"");
    roff.append(escaped(version)).append("\" \"v6cert manual\"\n");
    section("NAME").text(name + " - " + summary);
  }

  /** The page {@code v6cert(1)}. */
  public static String overview(List<CommandSpec> commands, String version) {
    ManualPage page =
        new ManualPage(
            "v6cert", "a trusted certificate for this machine's public address", version);
    page.section("SYNOPSIS").bold("v6cert COMMAND [OPTIONS]");
    page.section("DESCRIPTION")
        .text(
            "v6cert finds this machine's public address (IPv6 first, IPv4 too), writes it as a"
                + " name that the DNS already resolves to it, and gets that name a certificate that every browser"
                + " trusts. It renews the certificate from a timer, and can be the DNS server that"
                + " makes such names resolve.");
    page.section("COMMANDS");
    for (CommandSpec command : commands) {
      page.item("v6cert-" + command.name() + "(1)", command.summary());
    }
    page.section("OPTIONS").settings(GlobalSettings.ALL);
    page.item("--help", "show the help; v6cert COMMAND --help explains a command");
    page.item("--version", "show the version");
    page.exitStatus().files();
    page.section("SEE ALSO").text("v6cert COMMAND --help, v6cert config");
    return page.roff.toString();
  }

  /** The page of one command. */
  public static String of(CommandSpec command, String version) {
    ManualPage page = new ManualPage("v6cert-" + command.name(), command.summary(), version);
    String argument = command.argument().map(it -> " " + it.synopsis()).orElse("");
    page.section("SYNOPSIS").bold("v6cert " + command.name() + " [OPTIONS]" + argument);
    page.section("DESCRIPTION").text(command.summary() + ".");
    command.text().forEach(page::paragraph);
    page.section("OPTIONS");
    command.argument().ifPresent(it -> page.item(it.label(), it.help()));
    page.settings(command.settings());
    page.text("The options of every command are in v6cert(1).");
    page.section("EXAMPLES");
    for (CommandSpec.Example example : command.examples()) {
      page.item("v6cert " + example.line(), example.does());
    }
    page.exitStatus();
    page.section("SEE ALSO").text("v6cert(1)");
    return page.roff.toString();
  }

  private ManualPage section(String title) {
    roff.append(".SH ").append(title).append('\n');
    return this;
  }

  private void paragraph(String text) {
    roff.append(".PP\n");
    text(text);
  }

  private void text(String text) {
    roff.append(line(text)).append('\n');
  }

  private void bold(String text) {
    roff.append(".B ").append(escaped(text)).append('\n');
  }

  private void item(String term, String text) {
    roff.append(".TP\n.B ").append(escaped(term)).append('\n').append(line(text)).append('\n');
  }

  private void settings(List<Setting<?>> settings) {
    for (Setting<?> setting : settings) {
      String more =
          setting.onlyFlag() ? "" : " (setting " + setting.key() + ", " + setting.variable() + ")";
      item(setting.usage(), setting.explanation() + more);
    }
  }

  private ManualPage exitStatus() {
    section("EXIT STATUS");
    for (ExitStatus status : ExitStatus.values()) {
      item(String.valueOf(status.code()), status.meaning());
    }
    return this;
  }

  private void files() {
    section("FILES");
    item("/etc/v6cert/v6cert.properties", "the machine's settings");
    item("~/.config/v6cert/v6cert.properties", "the user's settings");
    item(
        "/var/lib/v6cert, ~/.local/state/v6cert", "accounts and certificates, root's and a user's");
  }

  /** A line of text, which must not look like a request to the formatter. */
  private static String line(String text) {
    String escaped = escaped(text);
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-").replace("\"", "\\(dq");
  }
}
