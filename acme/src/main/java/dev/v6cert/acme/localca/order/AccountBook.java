package dev.v6cert.acme.localca.order;

import dev.v6cert.acme.AcmeFailureException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The accounts, in memory and on disk. */
public final class AccountBook {

  /** All of them; more devices than a LAN has. */
  private static final int MOST = 1000;

  /** Those that were opened from one address. */
  private static final int MOST_OF_ONE_PEER = 50;

  private final PropertiesDirectory files;
  private final Map<String, Account> byId;
  private final Map<String, String> byThumbprint = new ConcurrentHashMap<>();

  private AccountBook(PropertiesDirectory files, Map<String, Account> accounts) {
    this.files = files;
    this.byId = new ConcurrentHashMap<>(accounts);
    accounts.values().forEach(one -> byThumbprint.put(one.thumbprint(), one.id()));
  }

  public static AccountBook load(Path directory) throws AcmeFailureException {
    PropertiesDirectory files = new PropertiesDirectory(directory);
    return new AccountBook(files, files.load(Account::of));
  }

  public Optional<Account> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  public Optional<Account> ofKey(String thumbprint) {
    return Optional.ofNullable(byThumbprint.get(thumbprint)).flatMap(this::find);
  }

  /**
   * Adds an account, or returns the one that its key has by now. Where there are too many, an old
   * one makes room.
   *
   * @param unused whether nothing of an account is needed any more
   */
  public synchronized Account open(Account made, Predicate<Account> unused)
      throws ProblemException {
    Optional<Account> present = ofKey(made.thumbprint());
    if (present.isPresent()) {
      return present.get();
    }
    List<Account> ofPeer = ofSource(made.source());
    if (ofPeer.size() >= MOST_OF_ONE_PEER) {
      makeRoom(ofPeer, unused, made.source() + " has " + MOST_OF_ONE_PEER + " accounts already");
    } else if (byId.size() >= MOST) {
      Comparator<Account> byCount = Comparator.comparingInt(one -> ofSource(one.source()).size());
      String largest = byId.values().stream().max(byCount).orElseThrow().source();
      makeRoom(ofSource(largest), unused, "there are " + MOST + " accounts already");
    }
    return save(made);
  }

  private List<Account> ofSource(String source) {
    return byId.values().stream().filter(one -> one.source().equals(source)).toList();
  }

  private void makeRoom(List<Account> among, Predicate<Account> unused, String otherwise)
      throws ProblemException {
    Account oldest =
        among.stream()
            .filter(unused)
            .min(Comparator.comparing(Account::opened))
            .orElseThrow(() -> new ProblemException(ProblemType.RATE_LIMITED, otherwise));
    files.delete(oldest.id());
    byId.remove(oldest.id());
    byThumbprint.remove(oldest.thumbprint());
  }

  /** Keeps a changed account. */
  public synchronized Account save(Account account) throws ProblemException {
    files.write(account.id(), account.values());
    byId.put(account.id(), account);
    byThumbprint.put(account.thumbprint(), account.id());
    return account;
  }
}
