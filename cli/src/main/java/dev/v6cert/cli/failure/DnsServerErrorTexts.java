package dev.v6cert.cli.failure;

import dev.v6cert.cli.terminal.SocketText;
import dev.v6cert.dns.challenge.StoreFailure;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.privilege.PrivilegeFailure;
import dev.v6cert.dns.transport.ListenFailure;

/** The texts of a DNS server that cannot start. */
final class DnsServerErrorTexts {

  private DnsServerErrorTexts() {}

  static ErrorText of(ListenFailure failure) {
    int port = failure.address().getPort();
    String other =
        switch (failure.purpose()) {
          case QUERIES -> "choose another --listen";
          case METRICS -> "choose another --metrics";
          case API -> "choose another --api";
        };
    return switch (failure.reason()) {
      case ADDRESS_IN_USE ->
          of(
              failure,
              "another process has the port",
              "see which: sudo ss -lntup 'sport = :" + port + "'; or " + other);
      case PERMISSION_DENIED ->
          of(
              failure,
              "this user is not allowed to use port " + port,
              "run it with sudo, or: sudo sysctl net.ipv4.ip_unprivileged_port_start=" + port);
      case ADDRESS_NOT_AVAILABLE -> of(failure, "this machine does not have the address", other);
      case NO_SUCH_PROTOCOL -> of(failure, "this machine does not have the protocol", other);
      case OTHER -> of(failure, String.valueOf(failure.getCause()), other);
    };
  }

  private static ErrorText of(ListenFailure failure, String why, String next) {
    String what =
        "cannot listen on " + SocketText.of(failure.address()) + " (" + failure.transport() + ")";
    return new ErrorText(what, why, next, ExitStatus.NOT_PERMITTED);
  }

  static ErrorText of(FileFailure failure) {
    String where =
        failure.line().isPresent()
            ? failure.file() + ", line " + failure.line().getAsInt()
            : failure.file().toString();
    return new ErrorText(
        "cannot use " + where,
        failure.reason(),
        switch (failure.kind()) {
          case CONTENT -> "correct the file; docs/operating-dns.md shows how each one is written";
          case SERVICE_CONTENT ->
              "correct the file; docs/dns-01-service.md shows how it is written";
          case EXPOSED -> "chmod o-rwx " + failure.file();
          case ACCESS -> "name a file that exists and that this user may use";
          case IN_USE ->
              "stop it first; while it runs, its API adds accounts (POST /register,"
                  + " docs/dns-01-service.md)";
          case DAMAGE -> "put back the last backup of it, or move it away to start with nothing";
          case SIZE -> "give the process more memory: V6CERT_JAVA_OPTIONS=-Xmx256m";
        },
        ExitStatus.CONFIGURATION);
  }

  static ErrorText of(StoreFailure failure) {
    return new ErrorText(
        "cannot use " + failure.database(),
        String.valueOf(failure.getMessage()),
        switch (failure.kind()) {
          case UNREACHABLE -> "start it, or correct --store; psql with the same values shows more";
          case REFUSED ->
              "correct user, password (PGPASSFILE) and database; docs/dns-01-service.md shows how"
                  + " they are made";
          case CONTENT -> "use the newest v6cert for all servers of this database";
          case SIZE ->
              "give the process more memory, like all servers of this database:"
                  + " V6CERT_JAVA_OPTIONS=-Xmx256m";
        },
        failure.kind() == StoreFailure.Kind.UNREACHABLE
            ? ExitStatus.UNAVAILABLE
            : ExitStatus.CONFIGURATION);
  }

  static ErrorText of(PrivilegeFailure failure) {
    return new ErrorText(
        "cannot become the user of --user",
        String.valueOf(failure.getMessage()),
        switch (failure.reason()) {
          case NO_SUCH_USER ->
              "name a user of this machine: the package makes v6cert, and so does: sudo useradd"
                  + " --system v6cert";
          case NOT_ROOT -> "start it with sudo, or leave --user out";
          case REFUSED -> "leave --user out, and start it as that user";
        },
        ExitStatus.NOT_PERMITTED);
  }
}
