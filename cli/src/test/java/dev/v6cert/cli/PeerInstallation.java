package dev.v6cert.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Waits before the first test until scripts/test has installed the CAs, browsers and dev servers
 * that the tests meet. It does so while the other modules are tested. Without the property {@code
 * v6cert.peers}, the path of the file that says so, nothing is waited for.
 */
public final class PeerInstallation implements LauncherSessionListener {

  private static final long LIMIT = 15 * 60_000_000_000L;

  @Override
  public void launcherSessionOpened(LauncherSession session) {
    String installed = System.getProperty("v6cert.peers", "");
    long end = System.nanoTime() + LIMIT;
    try {
      while (!installed.isEmpty()
          && Files.notExists(Path.of(installed))
          && System.nanoTime() < end) {
        Thread.sleep(500);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
