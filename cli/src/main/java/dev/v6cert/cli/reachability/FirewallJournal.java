package dev.v6cert.cli.reachability;

import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.process.ProcessText;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.firewall.FirewallOpening;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The rules in this machine's packet filter that a run has put there, in a file of the state
 * directory: the process that did in its first line, then a rule a line. It is there from before
 * the first rule until all are gone.
 *
 * @param directory the state directory
 * @param name of the file; rules that are held beside those of orders have one of their own
 */
public record FirewallJournal(StateDirectory directory, String name)
    implements FirewallOpening.Journal {

  private static final String FILE = "firewall-opening";

  /** The journal of the rules that an order needs. */
  public FirewallJournal(StateDirectory directory) {
    this(directory, FILE);
  }

  /** The journal of the rules that an order needs for DNS queries, beside the others. */
  public static FirewallJournal ofQueries(StateDirectory directory) {
    return new FirewallJournal(directory, FILE + "-dns");
  }

  /** The journal of the rules that this process holds beside it for a socket. */
  static FirewallJournal held(StateDirectory directory, InetSocketAddress socket) {
    return new FirewallJournal(
        directory,
        "%s-%s-%s".formatted(FILE, Long.toString(ProcessHandle.current().pid()), words(socket)));
  }

  private Path file() {
    return directory.root().resolve(name);
  }

  /** The words by which the rules of this process are found again. */
  static String comment() {
    return "v6cert " + ProcessHandle.current().pid();
  }

  /** The same for DNS queries, beside the other rules of an order. */
  static String commentOfQueries() {
    return comment() + " dns";
  }

  /** The same for a socket that is held beside orders and other sockets. */
  static String comment(InetSocketAddress socket) {
    return comment() + " up " + words(socket);
  }

  private static String words(InetSocketAddress socket) {
    return socket.getPort()
        + "-"
        + socket.getAddress().getHostAddress().replaceAll("[^0-9a-f]", "-");
  }

  @Override
  public void opening(List<String> rules) throws IOException {
    Files.createDirectories(directory.root());
    DurableFiles.write(file(), ProcessText.ofThis() + "\n" + String.join("\n", rules) + "\n");
  }

  @Override
  public void gone() throws IOException {
    Files.deleteIfExists(file());
  }

  /** Removes the rules that runs left which were killed; those of one that still runs stay. */
  public void removeLeftover(Console console) {
    String[] names = directory.root().toFile().list();
    for (String one : names == null ? new String[0] : names) {
      if (one.startsWith(FILE)) {
        new FirewallJournal(directory, one).removeOwnLeftover(console);
      }
    }
  }

  private void removeOwnLeftover(Console console) {
    try {
      List<String> lines = Files.readAllLines(file());
      if (!lines.isEmpty() && !isRunning(lines.getFirst())) {
        FirewallOpening.removeLeftover(lines.subList(1, lines.size()), this);
        console.steps().done("removed the packet filter's rule that a killed run left");
      }
    } catch (IOException e) {
      console.warn(
          "the packet filter has a rule of a killed run, which cannot be removed: "
              + e.getMessage());
    }
  }

  private static boolean isRunning(String owner) {
    return ProcessText.find(owner)
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .isPresent();
  }
}
