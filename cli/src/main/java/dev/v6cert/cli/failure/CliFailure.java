package dev.v6cert.cli.failure;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.ipv6.router.NoMapping;
import dev.v6cert.ipv6.selection.Rejection;
import dev.v6cert.ipv6.selection.Selection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The failures of the command line itself, before or beside the modules below it. */
public sealed interface CliFailure {

  /**
   * The command line makes no sense.
   *
   * @param what what is wrong with it
   * @param next what to type instead
   */
  record Usage(String what, String next) implements CliFailure {}

  /**
   * A key or variable that no setting has.
   *
   * @param name the key or the variable
   * @param where the file and line, or the environment
   * @param nearest the known name that lies nearest
   */
  record UnknownSetting(String name, String where, Optional<String> nearest)
      implements CliFailure {}

  /**
   * An act of the moment in a place for lasting settings.
   *
   * @param flag the option
   * @param where the file and line, or the variable
   */
  record OnlyOnCommandLine(String flag, String where) implements CliFailure {}

  /**
   * A value that its setting cannot take.
   *
   * @param name the setting
   * @param text the value
   * @param why the reason
   * @param where the flag, the variable, or the file and line
   * @param typedAt the command on whose line it was typed; empty where it stands elsewhere
   */
  record BadSetting(String name, String text, String why, String where, Optional<String> typedAt)
      implements CliFailure {}

  /**
   * A settings file that cannot be read.
   *
   * @param file the file
   * @param why the reason
   */
  record UnreadableSettings(Path file, String why) implements CliFailure {}

  /**
   * This machine has no address that a certificate can be made for.
   *
   * @param lack what it lacks, family by family
   * @param address the address that was asked for, and why it will not do where this machine has it
   * @param onInterface the interface that was asked for
   */
  record NoAddress(Selection.Lack lack, Optional<Refused> address, Optional<String> onInterface)
      implements CliFailure {}

  /**
   * A name of both families was asked for, and this machine has nothing public of one.
   *
   * @param missing the family
   * @param shortage the reason
   * @param other whether there is a public address of the other
   */
  record OneFamily(IpFamily missing, Selection.Shortage shortage, boolean other)
      implements CliFailure {}

  /**
   * This machine has no address, as none of its links is up.
   *
   * @param names the interfaces, at least one
   */
  record LinksDown(List<String> names) implements CliFailure {
    public LinksDown {
      names = List.copyOf(names);
    }
  }

  /** The router leads no port to this machine. */
  record NotMapped(NoMapping reason) implements CliFailure {}

  /** The name servers of the zone tell no public address of this machine. */
  record NotSeenOutside(Zone zone, String why) implements CliFailure {}

  /** Nobody could be asked for the name by DNS. */
  record DnsSilent(String name, String why) implements CliFailure {}

  /** This machine's own packet filter keeps the authority out. */
  record KeptOut(String what, String opening) implements CliFailure {}

  /**
   * An address that was asked for.
   *
   * @param address the address
   * @param why why it will not do; empty where this machine does not have it
   */
  record Refused(IpAddress address, Optional<Rejection> why) {}

  /**
   * An address has no name that is safe in the form asked for.
   *
   * @param address the address
   * @param form the form
   * @param reasons what is wrong, at least one
   * @param allowable whether {@code --allow-unsafe-name} would make the name all the same
   */
  record UnsafeName(String address, String form, List<String> reasons, boolean allowable)
      implements CliFailure {}

  /**
   * The DNS, as seen from here, does not know a name.
   *
   * @param name the name
   * @param why the resolver's words
   */
  record NameUnresolved(String name, String why) implements CliFailure {}

  /**
   * The DNS leads a name to another machine.
   *
   * @param name the name
   * @param expected the address it should lead to
   * @param found the addresses it leads to
   */
  record NameElsewhere(String name, String expected, List<String> found) implements CliFailure {}

  /**
   * There is no lineage of a name.
   *
   * @param name the name
   * @param stateDirectory where it is not
   * @param nearest the lineage whose name lies nearest
   */
  record NoSuchLineage(String name, Path stateDirectory, Optional<String> nearest)
      implements CliFailure {}

  /**
   * A file with a secret that cannot be used.
   *
   * @param flag the option that names it
   * @param file the file
   * @param why the reason
   */
  record UnreadableSecret(String flag, Path file, String why) implements CliFailure {}

  /**
   * There is no certificate at all.
   *
   * @param stateDirectory where it is not
   * @param ofRoot where those of root are, for a user who has none
   */
  record NoCertificates(Path stateDirectory, Optional<String> ofRoot) implements CliFailure {}

  /**
   * Renewals cannot be scheduled, or no longer.
   *
   * @param what what went wrong
   * @param why the reason
   * @param next what to type instead
   * @param usage whether the command line is at fault
   */
  record NoSchedule(String what, String why, String next, boolean usage) implements CliFailure {}

  /**
   * This process may open too few files.
   *
   * @param more how many more it could
   * @param needed how many it takes
   */
  record FewOpenFiles(int more, int needed) implements CliFailure {}

  /**
   * More TCP connections were asked for than this process can hold.
   *
   * @param asked how many
   * @param byHeap how many the heap suffices for
   * @param byDescriptors how many the limit of open files suffices for
   */
  record ManyConnections(int asked, int byHeap, int byDescriptors) implements CliFailure {}

  /**
   * Standard output does not take what is written to it.
   *
   * @param why the operating system's reason
   */
  record OutputLost(String why) implements CliFailure {}

  /**
   * The command of {@code up} has ended, and with it the server.
   *
   * @param command the command
   * @param code its exit code
   */
  record CommandEnded(String command, int code) implements CliFailure {}
}
