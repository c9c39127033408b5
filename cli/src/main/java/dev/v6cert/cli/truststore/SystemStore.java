package dev.v6cert.cli.truststore;

import dev.v6cert.cli.truststore.TrustStore.Presence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The store of a Linux distribution: a directory of additional roots, and a program that makes
 * bundles of it.
 *
 * @param machine where it is
 * @param layout its kind
 */
record SystemStore(Machine machine, Layout layout) implements TrustStore {

  /** The kinds. */
  enum Layout {
    FEDORA(
        "Fedora",
        "/etc/pki/ca-trust/source/anchors",
        ".pem",
        "update-ca-trust extract",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"),
    ARCH(
        "Arch",
        "/etc/ca-certificates/trust-source/anchors",
        ".crt",
        "update-ca-trust",
        "/etc/ca-certificates/extracted/tls-ca-bundle.pem"),
    OPENSUSE(
        "openSUSE",
        "/etc/pki/trust/anchors",
        ".pem",
        "update-ca-certificates",
        "/var/lib/ca-certificates/ca-bundle.pem"),
    DEBIAN(
        "Debian",
        "/usr/local/share/ca-certificates",
        ".crt",
        "update-ca-certificates",
        "/etc/ssl/certs/ca-certificates.crt");

    private final String distribution;
    private final String directory;
    private final String suffix;
    private final String update;
    private final String bundle;

    Layout(String distribution, String directory, String suffix, String update, String bundle) {
      this.distribution = distribution;
      this.directory = directory;
      this.suffix = suffix;
      this.update = update;
      this.bundle = bundle;
    }

    /** The program without its arguments. */
    private String program() {
      return update.replaceFirst(" .*", "");
    }
  }

  /** The store of the machine, if its layout is known. */
  static Optional<SystemStore> of(Machine machine) {
    for (Layout layout : Layout.values()) {
      if (Files.isDirectory(machine.at(layout.directory))
          && machine.program(layout.program()).isPresent()) {
        return Optional.of(new SystemStore(machine, layout));
      }
    }
    return Optional.empty();
  }

  @Override
  public String readers() {
    return "the system (" + layout.distribution + ")";
  }

  @Override
  public String place() {
    return directory().toString();
  }

  private Path directory() {
    return machine.at(layout.directory);
  }

  /** The file with all roots that the system's programs trust. */
  Path bundle() {
    return machine.at(layout.bundle);
  }

  private Path file(TrustedRoot root) {
    return directory().resolve(root.alias() + layout.suffix);
  }

  @Override
  public Presence presence(TrustedRoot root) throws IOException {
    boolean named = Files.exists(file(root), LinkOption.NOFOLLOW_LINKS);
    boolean whole = named && Files.readString(file(root)).equals(root.pem());
    boolean bundled = inBundle(root);
    if (whole && bundled) {
      return Presence.PRESENT;
    }
    return named || bundled ? Presence.PARTIAL : Presence.ABSENT;
  }

  private boolean inBundle(TrustedRoot root) throws IOException {
    try {
      String bundle = Files.readString(bundle(), StandardCharsets.ISO_8859_1);
      return bundle.replace("\n", "").contains(body(root.pem()));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** The Base64 text in one line, without header and footer. */
  private static String body(String pem) {
    return pem.replaceAll("-----[A-Z ]+-----", "").replace("\n", "");
  }

  @Override
  public Optional<Obstacle> obstacle() {
    if (Files.isWritable(directory())) {
      return Optional.empty();
    }
    return Optional.of(
        machine.superuser()
            ? new Obstacle.Closed(directory() + " is read-only")
            : new Obstacle.OtherUsers());
  }

  @Override
  public String installation(TrustedRoot root) {
    return "writes " + file(root) + ", runs " + layout.update;
  }

  @Override
  public String removal(TrustedRoot root) {
    return "deletes " + file(root) + ", runs " + updateAfterRemoval();
  }

  /** Debian's program leaves links to deleted files unless told to begin anew. */
  private String updateAfterRemoval() {
    return layout == Layout.DEBIAN ? layout.update + " --fresh" : layout.update;
  }

  @Override
  public void install(TrustedRoot root, TrustJournal journal)
      throws IOException, InterruptedException {
    StoreFile.write(file(root), root.pem().getBytes(StandardCharsets.US_ASCII));
    update(layout.update);
  }

  @Override
  public void remove(TrustedRoot root, TrustJournal journal)
      throws IOException, InterruptedException {
    StoreFile.delete(file(root));
    update(updateAfterRemoval());
  }

  private void update(String line) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(line.split(" ", -1)));
    String program = command.getFirst();
    command.set(
        0,
        machine
            .program(program)
            .orElseThrow(() -> new IOException(program + " is not installed"))
            .toString());
    StoreTool.succeed(command, "");
  }

  @Override
  public String installCommand(TrustedRoot root) {
    return "sudo install -m 644 "
        + StoreTool.quoted(root.file())
        + " "
        + file(root)
        + " && sudo "
        + layout.update;
  }

  @Override
  public String removeCommand(TrustedRoot root) {
    return "sudo rm " + file(root) + " && sudo " + updateAfterRemoval();
  }
}
