package dev.v6cert.cli.truststore;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.cli.truststore.TrustStore.Presence;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The roots of a Windows user: Edge, Chrome, Firefox and .NET read them. Windows itself asks the
 * user once. Linux in WSL reaches it, too.
 *
 * @param tool {@code certutil.exe} of Windows
 * @param wsl whether paths are to be translated for Windows
 */
record WindowsStore(Path tool, boolean wsl) implements TrustStore {

  @Override
  public String readers() {
    return "Windows";
  }

  @Override
  public String place() {
    return "the Root store of the Windows user";
  }

  @Override
  public Presence presence(TrustedRoot root) throws IOException, InterruptedException {
    SystemCommand.Outcome found =
        StoreTool.run(
            List.of(tool.toString(), "-user", "-store", "Root", root.fingerprint("SHA-1")), "");
    return found.succeeded() ? Presence.PRESENT : Presence.ABSENT;
  }

  @Override
  public Optional<Obstacle> obstacle() {
    return Optional.empty();
  }

  @Override
  public String installation(TrustedRoot root) {
    return "adds \"" + root.name() + "\" to the user's roots; Windows asks once";
  }

  @Override
  public String removal(TrustedRoot root) {
    return "removes \"" + root.name() + "\" from the user's roots; Windows asks once";
  }

  @Override
  public void install(TrustedRoot root, TrustJournal journal)
      throws IOException, InterruptedException {
    StoreTool.succeed(List.of(tool.toString(), "-user", "-addstore", "Root", file(root)), "");
  }

  private String file(TrustedRoot root) throws IOException, InterruptedException {
    String path = root.file().toString();
    return wsl ? StoreTool.succeed(List.of("wslpath", "-w", path), "").strip() : path;
  }

  @Override
  public void remove(TrustedRoot root, TrustJournal journal)
      throws IOException, InterruptedException {
    if (presence(root) == Presence.PRESENT) {
      StoreTool.succeed(
          List.of(tool.toString(), "-user", "-delstore", "Root", root.fingerprint("SHA-1")), "");
    }
  }

  @Override
  public String installCommand(TrustedRoot root) {
    return "certutil -user -addstore Root " + StoreTool.quoted(root.file());
  }

  @Override
  public String removeCommand(TrustedRoot root) {
    return "certutil -user -delstore Root " + root.fingerprint("SHA-1");
  }
}
