package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.RecordProblem;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.dns.http.AcmeDnsClient.Account;
import dev.v6cert.dns.http.AcmeDnsFile;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The accounts with acme-dns servers, in a file of the state directory that other clients read,
 * too. It is changed under the lock of the state directory.
 */
record AcmeDnsAccounts(Path file) {

  /** The account of a domain; empty where there is none. */
  Optional<Account> find(HostName domain) throws AcmeFailureException {
    return Optional.ofNullable(read().get(domain.text()));
  }

  /** Keeps an account: it survives a kill from now on. */
  void keep(HostName domain, Account account) throws AcmeFailureException {
    Map<String, Account> accounts = new LinkedHashMap<>(read());
    accounts.put(domain.text(), account);
    try {
      DurableFiles.write(file, AcmeDnsFile.write(accounts));
    } catch (IOException e) {
      throw StateFailures.unwritable(file, e);
    }
  }

  private Map<String, Account> read() throws AcmeFailureException {
    try {
      return AcmeDnsFile.read(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Map.of();
    } catch (IOException e) {
      throw StateFailures.unreadable(file, e);
    } catch (IllegalArgumentException e) {
      throw new AcmeFailureException(
          new AcmeFailure.RecordNotTaken(
              RecordProblem.CONFIGURATION,
              "cannot read the acme-dns accounts in " + file,
              String.valueOf(e.getMessage()),
              "correct the file, or move it away; new accounts need new CNAME records"),
          e);
    }
  }
}
