package dev.v6cert.cli.failure;

import dev.v6cert.acme.StoreFailure;
import java.nio.file.Files;
import java.nio.file.Path;

/** The reports of files, in the state directory and beside it, that cannot be used. */
final class StateReports {

  private StateReports() {}

  static Report report(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.StateUnusable state -> report(state);
      case StoreFailure.Busy busy ->
          new Report(
              "another v6cert is at work in " + busy.stateDirectory(),
              busy.pid().map(pid -> "it is process " + pid).orElse(""),
              "wait until it has ended",
              ExitStatus.TEMPORARY);
      case StoreFailure.GroupUnusable group ->
          new Report(
              group.known()
                  ? "this user may not give files to the group " + group.group()
                  : "this machine has no group " + group.group(),
              group.cause(),
              group.known()
                  ? "run it with sudo, or as a member of the group"
                  : "sudo groupadd --system " + group.group() + ", or pass another --key-group",
              ExitStatus.CONFIGURATION);
      case StoreFailure.FileExists exists ->
          new Report(
              exists.file() + " is there already",
              "",
              "choose another --out, or add --force to replace it",
              ExitStatus.CONFIGURATION);
      case StoreFailure.FileUnwritable file ->
          new Report(
              "cannot write " + file.file(),
              file.why(),
              "choose another --out, or run it as a user who may write there",
              ExitStatus.CONFIGURATION);
      case StoreFailure.FileUnusable file ->
          new Report(
              "cannot use " + file.file(),
              file.why(),
              "--certificate and --key take the PEM files of a certificate and its PKCS#8 key",
              ExitStatus.CONFIGURATION);
    };
  }

  private static Report report(StoreFailure.StateUnusable state) {
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
