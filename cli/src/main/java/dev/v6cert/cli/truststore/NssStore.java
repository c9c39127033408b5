package dev.v6cert.cli.truststore;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.cli.truststore.TrustStore.Presence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A database of Mozilla's NSS: of a Firefox profile, or the one that Chromium reads on Linux. Both
 * ignore the system's store there.
 *
 * @param machine where it is
 * @param readers the programs that read it
 * @param directory with {@code cert9.db}; one that is missing is made
 */
record NssStore(Machine machine, String readers, Path directory) implements TrustStore {

  static final String DATABASE = "cert9.db";

  private static final String TOOL = "certutil";
  private static final String NEW = ".v6cert-new";

  /** A line of the tool's list: a name, and three marks of trust. */
  private static final String ENTRY = ".* [a-zA-Z]*,[a-zA-Z]*,[a-zA-Z]*\\s*";

  /** Trusted to issue certificates of servers, and nothing else. */
  private static final String TRUST = "C,,";

  @Override
  public String place() {
    return directory.toString();
  }

  @Override
  public Presence presence(TrustedRoot root) throws IOException, InterruptedException {
    if (!Files.exists(directory)) {
      return Presence.ABSENT;
    }
    List<String> command = command("-L");
    SystemCommand.Outcome outcome = StoreTool.run(command, "");
    if (!outcome.succeeded() && hasJournal()) {
      rollBack();
      outcome = StoreTool.run(command, "");
    }
    if (!outcome.succeeded()) {
      throw new IOException(
          "it cannot be read: " + StoreTool.failure(command, outcome).getMessage());
    }
    return outcome
        .out()
        .lines()
        .filter(line -> line.startsWith(root.alias() + " "))
        .map(line -> line.substring(root.alias().length()).strip())
        .map(trust -> trust.startsWith("C") ? Presence.PRESENT : Presence.PARTIAL)
        .findFirst()
        .orElse(Presence.ABSENT);
  }

  /** Whether a writer was killed in the middle of a transaction. */
  private boolean hasJournal() throws IOException {
    for (String file : List.of(DATABASE, "key4.db")) {
      Path journal = directory.resolve(file + "-journal");
      if (Files.exists(journal) && Files.size(journal) > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Has SQLite undo the transaction. A reader must not, and the list fails with {@code
   * SEC_ERROR_BAD_DATABASE}; a change of no certificate opens the database to write.
   */
  private void rollBack() throws IOException, InterruptedException {
    StoreTool.run(command("-M", "-n", "v6cert", "-t", ",,"), "");
  }

  @Override
  public Optional<Obstacle> obstacle() {
    if (machine.program(TOOL).isEmpty()) {
      return Optional.of(new Obstacle.MissingProgram(TOOL, packageCommand()));
    }
    if (!Files.exists(directory) || Files.isWritable(directory.resolve(DATABASE))) {
      return Optional.empty();
    }
    return Optional.of(
        machine.superuser()
            ? new Obstacle.Closed(directory + " is read-only")
            : new Obstacle.OtherUsers());
  }

  private String packageCommand() {
    if (machine.program("apt-get").isPresent()) {
      return "sudo apt-get install libnss3-tools";
    }
    if (machine.program("dnf").isPresent()) {
      return "sudo dnf install nss-tools";
    }
    if (machine.program("pacman").isPresent()) {
      return "sudo pacman -S nss";
    }
    return machine.program("zypper").isPresent()
        ? "sudo zypper install mozilla-nss-tools"
        : "install the tools of NSS, with certutil";
  }

  @Override
  public String installation(TrustedRoot root) {
    return (Files.exists(directory) ? "adds " : "makes the database, and adds ")
        + root.alias()
        + " to "
        + directory;
  }

  @Override
  public String removal(TrustedRoot root) {
    return "removes " + root.alias() + " from " + directory;
  }

  @Override
  public void install(TrustedRoot root, TrustJournal journal)
      throws IOException, InterruptedException {
    if (!Files.exists(directory)) {
      make(journal);
    }
    StoreTool.succeed(command("-A", "-a", "-t", TRUST, "-n", root.alias()), root.pem());
    if (presence(root) != Presence.PRESENT) {
      throw new IOException("the root is there under another name");
    }
  }

  /** Makes the database aside, so that a kill leaves none or a whole one. */
  private void make(TrustJournal journal) throws IOException, InterruptedException {
    Path aside = aside();
    Path parent = parent();
    boolean alone = !Files.exists(parent);
    journal.creating(directory, alone ? Optional.of(parent) : Optional.empty());
    tool("rm", "-rf", aside);
    tool("mkdir", "-p", "-m", "700", parent);
    tool("mkdir", "-m", "700", aside);
    StoreTool.succeed(
        machine.asUser(List.of(certutil(), "-N", "-d", "sql:" + aside, "--empty-password")), "");
    tool("mv", "-T", aside, directory);
  }

  private void tool(Object... words) throws IOException, InterruptedException {
    StoreTool.succeed(machine.asUser(List.of(words).stream().map(Object::toString).toList()), "");
  }

  private Path aside() {
    return directory.resolveSibling(directory.getFileName() + NEW);
  }

  private Path parent() {
    Path parent = directory.toAbsolutePath().getParent();
    return parent == null ? directory : parent;
  }

  @Override
  public void remove(TrustedRoot root, TrustJournal journal)
      throws IOException, InterruptedException {
    if (presence(root) != Presence.ABSENT) {
      StoreTool.succeed(command("-D", "-n", root.alias()), "");
    }
    Optional<TrustJournal.Creation> creation = journal.creation(directory);
    if (creation.isPresent()) {
      unmake(creation.get());
      if (!Files.exists(directory) || !hasOneOfOurs()) {
        journal.forgetCreation(directory);
      }
    }
  }

  /** Deletes the database that {@link #make} made, unless somebody else has used it since. */
  private void unmake(TrustJournal.Creation creation) throws IOException, InterruptedException {
    tool("rm", "-rf", aside());
    if (Files.exists(directory) && isEmpty()) {
      tool("rm", "-rf", directory);
    }
    Optional<Path> parent = creation.parent();
    if (parent.isPresent() && Files.isDirectory(parent.get())) {
      // rmdir refuses where something else is in it by now.
      StoreTool.run(machine.asUser(List.of("rmdir", parent.get().toString())), "");
    }
  }

  /** The root of another CA of ours, which local-ca rotate has replaced, say. */
  private boolean hasOneOfOurs() throws IOException, InterruptedException {
    return StoreTool.succeed(command("-L"), "")
        .lines()
        .anyMatch(line -> line.startsWith(TrustedRoot.PREFIX));
  }

  private boolean isEmpty() throws IOException, InterruptedException {
    boolean certificates =
        StoreTool.succeed(command("-L"), "").lines().anyMatch(line -> line.matches(ENTRY));
    // It fails where there is no key.
    boolean keys = StoreTool.run(command("-K"), "").succeeded();
    return !certificates && !keys;
  }

  private List<String> command(String... words) {
    List<String> command = new ArrayList<>(List.of(certutil(), "-d", "sql:" + directory));
    command.addAll(List.of(words));
    return machine.asUser(command);
  }

  private String certutil() {
    return machine.program(TOOL).map(Path::toString).orElse(TOOL);
  }

  @Override
  public String installCommand(TrustedRoot root) {
    return TOOL
        + " -d "
        + StoreTool.quoted("sql:" + directory)
        + " -A -t "
        + TRUST
        + " -n "
        + root.alias()
        + " -i "
        + StoreTool.quoted(root.file());
  }

  @Override
  public String removeCommand(TrustedRoot root) {
    return TOOL + " -d " + StoreTool.quoted("sql:" + directory) + " -D -n " + root.alias();
  }
}
