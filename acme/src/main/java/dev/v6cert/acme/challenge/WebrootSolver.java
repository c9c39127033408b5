package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailure.WebrootUnusable;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Hit;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Answers HTTP-01 (RFC 8555 section 8.3) through a web server that is there already: the answer is
 * a file below the directory that it serves, there only while it is needed.
 */
public final class WebrootSolver implements ChallengeSolver {

  /** The challenge's path on the web server. */
  private static final Path CHALLENGES = Path.of(".well-known", "acme-challenge");

  /** A token is the authority's text, and is to name a file in that directory and nowhere else. */
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,200}");

  private final Path webroot;

  /** A solver for what is served as {@code /} on port 80 of every name. */
  public WebrootSolver(Path webroot) {
    this.webroot = webroot;
  }

  @Override
  public String type() {
    return Http01Solver.TYPE;
  }

  @Override
  public int port() {
    return Http01Solver.PORT;
  }

  @Override
  public Responder start(HitListener listener) throws AcmeFailureException {
    if (!Files.isDirectory(webroot)) {
      throw unusable("there is no such directory");
    }
    List<Path> made = new ArrayList<>();
    try {
      Path directory = webroot;
      for (Path part : CHALLENGES) {
        directory = directory.resolve(part);
        if (!Files.isDirectory(directory)) {
          Files.createDirectory(directory);
          made.addFirst(directory);
          open(directory, "rwxr-xr-x");
        }
      }
      if (!Files.isWritable(directory)) {
        throw unusable("this user may not write in " + directory);
      }
      return new Files01(directory, made);
    } catch (IOException e) {
      remove(made);
      throw unusable(
          "cannot make " + webroot.resolve(CHALLENGES) + ": " + e.getClass().getSimpleName());
    }
  }

  /**
   * Lets the web server read it, which is another user, whatever our umask says. The directory may
   * be that user's, who could put a link in the place of what we made.
   */
  private static void open(Path path, String permissions) throws IOException {
    if (Files.getFileStore(path).supportsFileAttributeView(PosixFileAttributeView.class)) {
      Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setPermissions(PosixFilePermissions.fromString(permissions));
    }
  }

  /**
   * Makes the file anew: what a killed run left under its name, or anybody put there, is not it.
   */
  private static void write(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    open(file, "rw-r--r--");
  }

  private AcmeFailureException unusable(String why) {
    return new AcmeFailureException(new WebrootUnusable(webroot, why));
  }

  private static void remove(List<Path> directories) {
    for (Path directory : directories) {
      try {
        Files.deleteIfExists(directory);
      } catch (DirectoryNotEmptyException e) {
        return; // Somebody else uses it now.
      } catch (IOException e) {
        return; // An empty directory that stays harms nobody.
      }
    }
  }

  /** The files of the presented tokens. */
  private final class Files01 implements Responder {

    private final Path directory;
    private final List<Path> made;

    Files01(Path directory, List<Path> made) {
      this.directory = directory;
      this.made = made;
    }

    @Override
    public Presentation present(PendingChallenge challenge) throws AcmeFailureException {
      if (!TOKEN.matcher(challenge.token()).matches()) {
        throw unusable("the CA's token cannot name a file");
      }
      Path file = directory.resolve(challenge.token());
      try {
        write(file, challenge.keyAuthorization());
      } catch (IOException e) {
        remove(List.of(file));
        throw unusable("cannot write " + file + ": " + e.getClass().getSimpleName());
      }
      return () -> remove(List.of(file));
    }

    @Override
    public List<InetSocketAddress> addresses() {
      return List.of();
    }

    @Override
    public List<Hit> hits() {
      return List.of();
    }

    @Override
    public void close() {
      remove(made);
    }
  }
}
