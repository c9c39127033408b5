package dev.v6cert.cli;

import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.terminal.Palette;

/** The help of {@code v6cert --help}: what there is, and what to type first. */
final class OverallHelp {

  private OverallHelp() {}

  static String text(Palette palette) {
    StringBuilder text = new StringBuilder(1024);
    text.append(
        """
        v6cert gets this machine a certificate that every browser trusts, for a name
        that the DNS already resolves to its public address (IPv6 first, IPv4 too). A
        certificate and its renewals are a lineage.

        Usage: v6cert COMMAND [OPTIONS]

        Commands:
        """);
    for (CommandName command : CommandName.values()) {
      text.append("  ")
          .append(palette.bold(command.text()))
          .repeat(' ', 14 - command.text().length())
          .append(command.summary())
          .append('\n');
    }
    text.append(
        """

        Options:
          -h, --help   show this help; v6cert help COMMAND explains a command
          --version    show the version

        Examples:
          see whether it would work here:
            v6cert check
          get a certificate:
            v6cert obtain --agree-tos
          renew what is due, from an hourly timer:
            v6cert renew
        """);
    return text.toString();
  }
}
