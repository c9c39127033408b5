package dev.v6cert.cli.truststore;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.cli.truststore.TrustStore.Presence;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The System keychain of macOS: Safari, Chrome, Firefox and curl read it. A root in the login
 * keychain would not do for Chrome.
 *
 * @param machine where it is
 */
record MacKeychain(Machine machine) implements TrustStore {

  private static final String KEYCHAIN = "/Library/Keychains/System.keychain";
  private static final String TOOL = "/usr/bin/security";

  @Override
  public String readers() {
    return "macOS";
  }

  @Override
  public String place() {
    return KEYCHAIN;
  }

  private String tool() {
    return machine.at(TOOL).toString();
  }

  @Override
  public Presence presence(TrustedRoot root) throws IOException, InterruptedException {
    SystemCommand.Outcome found =
        StoreTool.run(List.of(tool(), "find-certificate", "-a", "-Z", KEYCHAIN), "");
    if (!found.succeeded()) {
      throw new IOException("it cannot be read: " + found.out().strip());
    }
    if (!found.out().contains(root.fingerprint("SHA-256"))) {
      return Presence.ABSENT;
    }
    // It fails where no trust setting was ever made.
    String trusted = StoreTool.run(List.of(tool(), "dump-trust-settings", "-d"), "").out();
    return trusted.contains(root.name()) ? Presence.PRESENT : Presence.PARTIAL;
  }

  @Override
  public Optional<Obstacle> obstacle() {
    return machine.superuser() ? Optional.empty() : Optional.of(new Obstacle.OtherUsers());
  }

  @Override
  public String installation(TrustedRoot root) {
    return "adds \"" + root.name() + "\" to " + KEYCHAIN + ", trusted for everybody";
  }

  @Override
  public String removal(TrustedRoot root) {
    return "removes \"" + root.name() + "\" and its trust from " + KEYCHAIN;
  }

  @Override
  public void install(TrustedRoot root, TrustJournal journal)
      throws IOException, InterruptedException {
    StoreTool.succeed(
        List.of(
            tool(),
            "add-trusted-cert",
            "-d",
            "-r",
            "trustRoot",
            "-k",
            KEYCHAIN,
            root.file().toString()),
        "");
  }

  @Override
  public void remove(TrustedRoot root, TrustJournal journal)
      throws IOException, InterruptedException {
    if (presence(root) == Presence.PRESENT) {
      StoreTool.succeed(List.of(tool(), "remove-trusted-cert", "-d", root.file().toString()), "");
    }
    if (presence(root) != Presence.ABSENT) {
      StoreTool.succeed(
          List.of(tool(), "delete-certificate", "-Z", root.fingerprint("SHA-1"), KEYCHAIN), "");
    }
  }

  @Override
  public String installCommand(TrustedRoot root) {
    return "sudo security add-trusted-cert -d -r trustRoot -k "
        + KEYCHAIN
        + " "
        + StoreTool.quoted(root.file());
  }

  @Override
  public String removeCommand(TrustedRoot root) {
    return "sudo security remove-trusted-cert -d "
        + StoreTool.quoted(root.file())
        + " && sudo security delete-certificate -Z "
        + root.fingerprint("SHA-1")
        + " "
        + KEYCHAIN;
  }
}
