package dev.v6cert.cli.failure;

import dev.v6cert.acme.StoreFailure;
import java.nio.file.Files;
import java.nio.file.Path;

/** The texts of files, in the state directory and beside it, that cannot be used. */
final class StateErrorTexts {

  private StateErrorTexts() {}

  static ErrorText of(StoreFailure failure) {
    return switch (failure) {
      case StoreFailure.StateUnusable state -> of(state);
      case StoreFailure.Busy busy ->
          new ErrorText(
              "another v6cert is at work in " + busy.stateDirectory(),
              busy.pid().map(pid -> "it is process " + pid).orElse(""),
              "wait until it has ended",
              ExitStatus.TEMPORARY);
      case StoreFailure.GroupUnusable group ->
          new ErrorText(
              group.known()
                  ? "this user may not give files to the group " + group.group()
                  : "this machine has no group " + group.group(),
              group.cause(),
              group.known()
                  ? "run it with sudo, or as a member of the group"
                  : "sudo groupadd --system " + group.group() + ", or pass another --key-group",
              ExitStatus.CONFIGURATION);
      case StoreFailure.FileExists exists ->
          new ErrorText(
              exists.file() + " is there already",
              "",
              "choose another --out, or add --force to replace it",
              ExitStatus.CONFIGURATION);
      case StoreFailure.FileUnwritable file ->
          new ErrorText(
              "cannot write " + file.file(),
              file.why(),
              "choose another --out, or run it as a user who may write there",
              ExitStatus.CONFIGURATION);
      case StoreFailure.FileUnusable file ->
          new ErrorText(
              "cannot use " + file.file(),
              file.why(),
              "--certificate and --key take the PEM files of a certificate and its PKCS#8 key",
              ExitStatus.CONFIGURATION);
    };
  }

  private static ErrorText of(StoreFailure.StateUnusable state) {
    Path path = state.path();
    return switch (state.problem()) {
      case TOO_OPEN ->
          of(
              path + " is open to other users",
              state.detail(),
              (Files.isDirectory(path) ? "chmod go-w " : "chmod go-rwx ") + path);
      case ANOTHER_USERS ->
          of(
              path + " belongs to another user",
              state.detail(),
              "run it as that user, chown -R it, or pass another --state-dir");
      case NOT_WRITABLE ->
          of(
              "cannot write to " + path,
              state.detail(),
              "run it as the owner (or with sudo), or pass another --state-dir");
      case DISK_FAILED ->
          of(
              "cannot write to " + path,
              state.detail(),
              "make room, check the disk (see df and dmesg), or pass another --state-dir");
      case NOT_READABLE ->
          of(
              "cannot read " + path,
              state.detail(),
              "run it as the owner (or with sudo), or pass another --state-dir");
      case CORRUPT ->
          of(
              path + " is damaged",
              state.detail(),
              "restore it, or move it away and run v6cert obtain again");
      case NEWER_FORMAT -> of(path + " is of a newer v6cert", state.detail(), "update v6cert");
    };
  }

  private static ErrorText of(String what, String why, String next) {
    return new ErrorText(what, why, next, ExitStatus.CONFIGURATION);
  }
}
