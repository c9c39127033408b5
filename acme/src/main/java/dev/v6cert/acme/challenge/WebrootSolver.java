package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailure.WebrootLink;
import dev.v6cert.acme.AcmeFailure.WebrootUnusable;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  public ChallengeType type() {
    return ChallengeType.HTTP_01;
  }

  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    if (!Files.isDirectory(webroot)) {
      throw unusable("there is no such directory");
    }
    Files01 files = new Files01();
    try {
      files.open();
      return files;
    } catch (IOException e) {
      files.close();
      Optional<WebrootLink> link = link();
      if (link.isPresent()) {
        throw new AcmeFailureException(
            new WebrootUnusable(
                webroot, link.get().at() + " is a link, and no link in it is followed", link));
      }
      throw unusable(
          Files.isWritable(webroot)
              ? webroot.resolve(CHALLENGES) + " cannot be made"
              : "this user may not write in " + webroot);
    }
  }

  /** The link on the way to the files, if there is one. */
  private Optional<WebrootLink> link() {
    for (int parts = 1; parts <= CHALLENGES.getNameCount(); parts++) {
      Path way = CHALLENGES.subpath(0, parts);
      Path at = webroot.resolve(way);
      if (Files.isSymbolicLink(at)) {
        return Optional.of(new WebrootLink(at, instead(at, way)));
      }
    }
    return Optional.empty();
  }

  /** The webroot from which the same way leads to where the link does. */
  private static Optional<Path> instead(Path link, Path way) {
    try {
      Path target = link.toRealPath();
      return target.endsWith(way) && target.getNameCount() > way.getNameCount()
          ? Optional.of(
              target
                  .getRoot()
                  .resolve(target.subpath(0, target.getNameCount() - way.getNameCount())))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // It leads nowhere.
    }
  }

  private AcmeFailureException unusable(String why) {
    return new AcmeFailureException(new WebrootUnusable(webroot, why));
  }

  /** The files of the presented tokens. */
  private final class Files01 implements Responder {

    @Override
    public ChallengeType type() {
      return ChallengeType.HTTP_01;
    }

    /** The webroot and what is on the way to the files, the deepest last. */
    private final List<DirectoryHandle> held = new ArrayList<>();

    private final List<Path> made = new ArrayList<>();

    void open() throws IOException {
      held.add(DirectoryHandle.open(webroot));
      for (Path part : CHALLENGES) {
        DirectoryHandle parent = held.getLast();
        if (parent.make(part, held.getFirst())) {
          made.add(part);
        }
        held.add(parent.child(part));
      }
    }

    @Override
    public PresentedAnswer present(PendingChallenge challenge) throws AcmeFailureException {
      if (!TOKEN.matcher(challenge.token()).matches()) {
        throw unusable("the CA's token cannot name a file");
      }
      DirectoryHandle directory = held.getLast();
      Path file = Path.of(challenge.token());
      try {
        directory.write(file, challenge.keyAuthorization());
      } catch (IOException e) {
        remove(directory, file);
        throw unusable(
            "this user cannot write in "
                + directory.path()
                + " ("
                + e.getClass().getSimpleName()
                + ")");
      }
      return () -> remove(directory, file);
    }

    private static void remove(DirectoryHandle directory, Path file) {
      try {
        directory.delete(file);
      } catch (IOException e) {
        // An answer that stays tells nobody anything.
      }
    }

    @Override
    public List<InetSocketAddress> addresses() {
      return List.of();
    }

    @Override
    public List<ChallengeRequest> requests() {
      return List.of();
    }

    /** Takes away what was made, the deepest first, unless somebody else uses it now. */
    @Override
    public void close() {
      for (int i = held.size() - 1; i >= 0; i--) {
        DirectoryHandle directory = held.get(i);
        try (directory) {
          Path below = i < CHALLENGES.getNameCount() ? CHALLENGES.getName(i) : Path.of("");
          if (made.remove(below)) {
            directory.deleteDirectory(below);
          }
        } catch (IOException e) {
          // A directory that stays harms nobody.
        }
      }
      held.clear();
    }
  }
}
