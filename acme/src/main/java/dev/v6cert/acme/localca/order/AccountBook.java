package dev.v6cert.acme.localca.order;

import dev.v6cert.acme.AcmeFailureException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The accounts, in memory and on disk. */
public final class AccountBook {

  /** All of them; more devices than a LAN has. */
  private static final int MOST = 1000;

  /** Those that were opened from one address. */
  private static final int MOST_OF_ONE_PEER = 50;

  private final FileSet files;
  private final Map<String, Account> byId;
  private final Map<String, String> byThumbprint = new ConcurrentHashMap<>();

  private AccountBook(FileSet files, Map<String, Account> accounts) {
    this.files = files;
    this.byId = new ConcurrentHashMap<>(accounts);
    accounts.values().forEach(one -> byThumbprint.put(one.thumbprint(), one.id()));
  }

  public static AccountBook load(Path directory) throws AcmeFailureException {
    FileSet files = new FileSet(directory);
    return new AccountBook(files, files.load(Account::of));
  }

  public Optional<Account> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  public Optional<Account> ofKey(String thumbprint) {
    return Optional.ofNullable(byThumbprint.get(thumbprint)).flatMap(this::find);
  }

  /** Adds an account, or returns the one that its key has by now. */
  public synchronized Account open(Account made) throws ProblemException {
    Optional<Account> present = ofKey(made.thumbprint());
    if (present.isPresent()) {
      return present.get();
    }
    long ofPeer = byId.values().stream().filter(one -> one.source().equals(made.source())).count();
    if (byId.size() >= MOST || ofPeer >= MOST_OF_ONE_PEER) {
      throw new ProblemException(
          ProblemType.RATE_LIMITED,
          byId.size() >= MOST
              ? "there are " + MOST + " accounts already"
              : made.source() + " has " + MOST_OF_ONE_PEER + " accounts already");
    }
    return save(made);
  }

  /** Keeps a changed account. */
  public synchronized Account save(Account account) throws ProblemException {
    files.write(account.id(), account.values());
    byId.put(account.id(), account);
    byThumbprint.put(account.thumbprint(), account.id());
    return account;
  }
}
