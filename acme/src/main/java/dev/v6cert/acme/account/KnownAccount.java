package dev.v6cert.acme.account;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An account that a state directory has, as far as that is known without asking anybody.
 *
 * @param authority who it is with
 * @param name what we call it
 * @param url where it is
 */
public record KnownAccount(CertificateAuthority authority, AccountName name, URI url) {

  /**
   * Every account of the directory, ordered by authority and name.
   *
   * @throws AcmeFailureException when the directory cannot be read
   */
  public static List<KnownAccount> in(StateDirectory directory) throws AcmeFailureException {
    List<KnownAccount> accounts = new ArrayList<>();
    try {
      for (Path host : DurableFiles.children(directory.accounts())) {
        for (Path account : DurableFiles.children(host)) {
          if (Files.exists(AccountPaths.properties(account))) {
            of(PropertiesText.read(AccountPaths.properties(account))).ifPresent(accounts::add);
          }
        }
      }
    } catch (IOException e) {
      throw StateFailures.unreadable(directory.accounts(), e);
    }
    accounts.sort(
        Comparator.comparing((KnownAccount it) -> it.authority().id())
            .thenComparing(it -> it.name().text()));
    return accounts;
  }

  /** The account of a file; empty where the file is none of ours. */
  private static Optional<KnownAccount> of(Map<String, String> values) {
    String directory = values.get(AccountPaths.DIRECTORY);
    Optional<URI> url = AccountPaths.url(values);
    if (directory == null || url.isEmpty()) {
      return Optional.empty();
    }
    try {
      String name = values.getOrDefault(AccountPaths.ACCOUNT, AccountName.DEFAULT.text());
      return Optional.of(
          new KnownAccount(CertificateAuthority.of(directory), new AccountName(name), url.get()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
