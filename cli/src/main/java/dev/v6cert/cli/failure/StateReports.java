package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;
import java.nio.file.Files;
import java.nio.file.Path;

/** The reports of a state directory that cannot be used. */
final class StateReports {

  private StateReports() {}

  static Report report(AcmeFailure.StateUnusable state) {
    Path path = state.path();
    return switch (state.problem()) {
      case TOO_OPEN ->
          report(
              path + " is open to other users",
              state.detail(),
              (Files.isDirectory(path) ? "chmod go-w " : "chmod go-rwx ") + path);
      case ANOTHER_USERS ->
          report(
              path + " belongs to another user",
              state.detail(),
              "run it as that user, chown -R it, or pass another --state-dir");
      case NOT_WRITABLE ->
          report(
              "cannot write to " + path,
              state.detail(),
              "run it as the owner (or with sudo), or pass another --state-dir");
      case DISK_FAILED ->
          report(
              "cannot write to " + path,
              state.detail(),
              "make room, check the disk (see df and dmesg), or pass another --state-dir");
      case NOT_READABLE ->
          report(
              "cannot read " + path,
              state.detail(),
              "run it as the owner (or with sudo), or pass another --state-dir");
      case CORRUPT ->
          report(
              path + " is damaged",
              state.detail(),
              "restore it, or move it away and run v6cert obtain again");
      case NEWER_FORMAT -> report(path + " is of a newer v6cert", state.detail(), "update v6cert");
    };
  }

  private static Report report(String what, String why, String next) {
    return new Report(what, why, next, ExitStatus.CONFIGURATION);
  }
}
