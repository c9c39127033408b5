package dev.v6cert.cli.setting;

import java.util.Locale;

/** The commands, in the order in which people meet them, with the line that helps have of each. */
public enum CommandName {
  ADDRESSES("Every address of this machine, and which one would be used"),
  NAME("The DNS name of this machine's address, or of a given one"),
  CHECK("Whether this machine can get a certificate, and what prevents it"),
  OBTAIN("A certificate for this machine"),
  UP("A local server or folder at this machine's name, by HTTPS"),
  RENEW("New certificates for those that are due"),
  LIST("The certificates: names, expiry and next renewal"),
  SHOW("All about one certificate, with the paths of its files"),
  STATUS("Whether the certificates are well, in one line and an exit code"),
  EXPORT("A certificate with its key as one file: PKCS#12, JKS or PEM"),
  REVOKE("Revoke a certificate at its CA"),
  DELETE("Remove a certificate, its key and its renewal from this machine"),
  ACCOUNT("The accounts with CAs: list, show, update, rollover, deactivate"),
  LOCAL_CA("This machine's own CA for private names, and its ACME server"),
  TRUST("Trust in the local CA: install its root, status, remove, share"),
  SCHEDULE("Renewals by a timer: print it, install it, remove it"),
  ANNOUNCE("A name of your own that follows this machine's address"),
  DNS_SERVER("The DNS server that makes magic names resolve"),
  DNS_ACCOUNTS("Accounts of the DNS-01 service: list, add, remove, import"),
  CONFIG("Every setting, its value and where it came from"),
  COMPLETION("Completion of commands and options, for a shell");

  private final String text;
  private final String summary;

  CommandName(String summary) {
    this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
    this.summary = summary;
  }

  /** The command as it is typed. */
  public String text() {
    return text;
  }

  /** The purpose of the command in one line, without a full stop. */
  public String summary() {
    return summary;
  }
}
