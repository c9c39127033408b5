package dev.v6cert.cli.reach;

import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.ipv6.router.PortMapping;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The mapping without an end that the router may still have, in a file of the state directory. It
 * is there from before the router is asked until the mapping is gone.
 *
 * @param directory the state directory
 * @param name of the file; a mapping that is held beside others has one of its own
 */
public record MappingJournal(StateDirectory directory, String name) implements PortMapping.Journal {

  private static final String FILE = "port-mapping";

  /** The journal of the mapping that an order needs. */
  public MappingJournal(StateDirectory directory) {
    this(directory, FILE);
  }

  /** The journal of a mapping of that port which is held beside it. */
  MappingJournal(StateDirectory directory, int outerPort) {
    this(directory, FILE + "-" + outerPort);
  }

  private Path file() {
    return directory.root().resolve(name);
  }

  @Override
  public void permanent(int outerPort) throws IOException {
    Files.createDirectories(directory.root());
    DurableFiles.write(file(), outerPort + "\n");
  }

  @Override
  public void gone() throws IOException {
    Files.deleteIfExists(file());
  }

  /** Takes away what a run that was killed left; a router that does not answer is asked later. */
  public void removeLeftover() {
    try {
      if (Files.exists(file())) {
        PortMapping.removeLeftover(Integer.parseInt(Files.readString(file()).strip()), this);
      }
    } catch (IOException | NumberFormatException e) {
      // The file stays, and the next run tries again.
    }
  }
}
