package dev.v6cert.cli.schedule;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The process that runs the jobs of cron. */
final class CronDaemon {

  /** Names of its process: Debian, Red Hat and BusyBox, and others. */
  private static final List<String> NAMES =
      List.of("cron", "crond", "fcron", "dcron", "systemd-cron");

  private CronDaemon() {}

  /**
   * Whether it runs; true where that cannot be seen.
   *
   * @param root the top of the file system
   */
  static boolean runs(Path root) {
    Path processes = root.resolve("proc");
    if (!Files.isReadable(processes.resolve("1/comm"))) {
      return true;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(processes, "[0-9]*")) {
      for (Path process : all) {
        if (NAMES.contains(name(process))) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException e) {
      return ""; // It has ended meanwhile.
    }
  }
}
