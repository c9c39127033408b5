package dev.v6cert.cli.failure;

import java.nio.file.Path;
import java.util.List;

/** The texts of the command line's own failures. */
final class CliErrorTexts {

  private CliErrorTexts() {}

  static ErrorText of(CliFailure failure) {
    return switch (failure) {
      case CliFailure.Usage usage ->
          new ErrorText(usage.what(), "", usage.next(), ExitStatus.USAGE);
      case CliFailure.UnknownSetting unknown ->
          new ErrorText(
              "there is no setting \"" + unknown.name() + "\"",
              "it stands in " + unknown.where(),
              unknown
                  .nearest()
                  .map(near -> "did you mean " + near + "?")
                  .orElse("v6cert config lists the settings"),
              ExitStatus.CONFIGURATION);
      case CliFailure.OnlyOnCommandLine flag ->
          new ErrorText(
              flag.flag() + " works on the command line only",
              "it stands in " + flag.where(),
              "remove it there, and type " + flag.flag() + " when you want it",
              ExitStatus.CONFIGURATION);
      case CliFailure.BadSetting bad -> bad(bad);
      case CliFailure.UnreadableSettings file ->
          new ErrorText(
              "cannot use the settings file " + file.file(),
              file.why(),
              "correct it, or pass another one with --config",
              ExitStatus.CONFIGURATION);
      case CliFailure.NoAddress none -> AddressErrorTexts.of(none);
      case CliFailure.LinksDown down ->
          new ErrorText(
              "this machine has no network: " + String.join(", ", down.names()) + are(down),
              "no cable, no wireless network, or switched off",
              "ip link shows each; sudo ip link set " + down.names().getFirst() + " up",
              ExitStatus.NO_ADDRESS);
      case CliFailure.NotMapped none -> MappingErrorTexts.of(none.reason());
      case CliFailure.NotSeenOutside none ->
          new ErrorText(
              "--ask-outside: " + none.zone() + " tells no public IPv4 address of this machine",
              none.why(),
              "pass the router's address with --address, or choose another --zone",
              ExitStatus.NO_ADDRESS);
      case CliFailure.DnsSilent silent ->
          new ErrorText(
              "no DNS server answers for " + silent.name(),
              silent.why(),
              "check the network and /etc/resolv.conf; --no-dns-check orders anyway",
              ExitStatus.UNAVAILABLE);
      case CliFailure.KeptOut out ->
          new ErrorText(
              "nothing was ordered: this machine's packet filter keeps the CA out",
              out.what() + " (--no-firewall-check orders anyway)",
              out.opening(),
              ExitStatus.NOT_PERMITTED);
      case CliFailure.OneFamily one -> AddressErrorTexts.of(one);
      case CliFailure.UnsafeName unsafe ->
          new ErrorText(
              "no safe name for " + unsafe.address() + " in the form " + unsafe.form(),
              String.join("; ", unsafe.reasons()),
              unsafe.allowable()
                  ? "leave --form out, choose another --zone, or add --allow-unsafe-name"
                  : "choose another --zone or --form",
              ExitStatus.USAGE);
      case CliFailure.NameUnresolved name ->
          new ErrorText(
              "the DNS does not know " + name.name(),
              name.why(),
              "check the --zone, or this machine's resolver; --no-dns-check orders anyway",
              ExitStatus.UNAVAILABLE);
      case CliFailure.NameElsewhere name ->
          new ErrorText(
              name.name() + " does not lead to this machine",
              "it should lead to " + name.expected() + ", and leads to " + found(name),
              "correct the DNS, or pass the right --address or --zone; --no-dns-check skips this",
              ExitStatus.CONFIGURATION);
      case CliFailure.NoSuchLineage none ->
          new ErrorText(
              "there is no lineage " + none.name() + " in " + none.stateDirectory(),
              "",
              none.nearest()
                  .map(near -> "did you mean " + near + "?")
                  .orElse(
                      none.stateDirectory().endsWith(Path.of(".local/state/v6cert"))
                          ? "v6cert list shows all, sudo v6cert list those of root"
                          : "v6cert list shows all"),
              ExitStatus.USAGE);
      case CliFailure.UnreadableSecret secret ->
          new ErrorText(
              "cannot use " + secret.file() + " of " + secret.flag(),
              secret.why(),
              "pass a file that this user can read, and whose first line is the secret",
              ExitStatus.CONFIGURATION);
      case CliFailure.NoCertificates none ->
          new ErrorText(
              "there is no certificate in " + none.stateDirectory(),
              none.ofRoot().orElse(""),
              none.ofRoot()
                  .map(_ -> "sudo v6cert status")
                  .orElse("v6cert obtain gets one; or pass the right --state-dir"),
              ExitStatus.CONFIGURATION);
      case CliFailure.NoSchedule none ->
          new ErrorText(
              none.what(),
              none.why(),
              none.next(),
              none.usage() ? ExitStatus.USAGE : ExitStatus.NOT_PERMITTED);
      case CliFailure.FewOpenFiles few ->
          new ErrorText(
              "this process may open too few files",
              "it can open " + few.more() + " more, and takes " + few.needed(),
              "ulimit -n 1024 lets it, or LimitNOFILE=1024 in its systemd unit",
              ExitStatus.CONFIGURATION);
      case CliFailure.ManyConnections many -> {
        boolean fewFiles = many.byDescriptors() < many.byHeap();
        yield new ErrorText(
            "this process cannot hold " + many.asked() + " TCP connections",
            fewFiles
                ? "its limit of open files suffices for " + many.byDescriptors()
                : "its heap suffices for " + many.byHeap(),
            fewFiles
                ? "raise it (ulimit -n, or LimitNOFILE= in its systemd unit), or ask for fewer"
                : "give it more memory (V6CERT_JAVA_OPTIONS=-Xmx256m), or ask for fewer",
            ExitStatus.CONFIGURATION);
      }
      case CliFailure.CommandEnded ended ->
          new ErrorText(
              "the command has ended: " + ErrorText.typed(ended.command()),
              "its exit code is " + ended.code(),
              "run it by itself to see why; or start it first, and: v6cert up PORT",
              ExitStatus.UNAVAILABLE);
      case CliFailure.OutputLost lost ->
          new ErrorText(
              "the result could not be written to standard output",
              lost.why(),
              "make room there, or send the output elsewhere, and run the same command again",
              ExitStatus.TEMPORARY);
    };
  }

  private static String are(CliFailure.LinksDown down) {
    return down.names().size() == 1 ? " is down" : " are down";
  }

  private static String found(CliFailure.NameElsewhere name) {
    List<String> found = name.found();
    String some = String.join(", ", found.subList(0, Math.min(found.size(), 4)));
    return found.size() > 4 ? some + " and more" : some;
  }

  private static ErrorText bad(CliFailure.BadSetting bad) {
    String what = ErrorText.typed(bad.text()) + " is not a value for ";
    return bad.typedAt()
        .map(command ->
            new ErrorText(
                what + bad.where(),
                bad.why(),
                "v6cert " + command + " --help says what " + bad.where() + " takes",
                ExitStatus.USAGE))
        .orElseGet(() ->
            new ErrorText(
                what + bad.name() + " (" + bad.where() + ")",
                bad.why(),
                "correct it there, or remove it",
                ExitStatus.CONFIGURATION));
  }
}
