package dev.v6cert.acme.localca.order;

import dev.v6cert.acme.AcmeFailureException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The orders, in memory and on disk, until they end; the oldest of an account make room. */
public final class OrderBook {

  /** All that are kept. */
  static final int MOST = 5000;

  /** Those of one account that are kept. */
  static final int MOST_OF_ONE_ACCOUNT = 200;

  /** Those of one account that are not finished. */
  static final int MOST_OPEN = 50;

  private final PropertiesDirectory files;
  private final Clock clock;
  private final Map<String, Order> orders;
  private final Map<String, String> bySerial = new ConcurrentHashMap<>();
  private final Map<String, String> replacing = new ConcurrentHashMap<>();

  /** One lock for a bucket of orders: changes of one order happen one after the other. */
  private final Object[] locks = new Object[64];

  private OrderBook(PropertiesDirectory files, Clock clock, Map<String, Order> orders) {
    this.files = files;
    this.clock = clock;
    this.orders = new ConcurrentHashMap<>(orders);
    orders.values().forEach(this::index);
    for (int i = 0; i < locks.length; i++) {
      locks[i] = new Object();
    }
  }

  public static OrderBook load(Path directory, Clock clock) throws AcmeFailureException {
    PropertiesDirectory files = new PropertiesDirectory(directory);
    return new OrderBook(files, clock, files.load(Order::of));
  }

  /** A change of an order, which may be refused. */
  public interface Change {
    Order of(Order order) throws ProblemException;
  }

  public Optional<Order> find(String id) {
    return Optional.ofNullable(orders.get(id));
  }

  public Optional<Order> ofCertificate(String serial) {
    return Optional.ofNullable(bySerial.get(serial)).flatMap(this::find);
  }

  /** Whether another certificate was issued in place of this one. */
  public boolean isReplaced(String serial) {
    return replacing.containsKey(serial);
  }

  public Collection<Order> all() {
    return orders.values();
  }

  /** The orders of an account, the newest first. */
  public List<Order> of(Account account) {
    return orders.values().stream()
        .filter(order -> order.account().equals(account.id()))
        .sorted(Comparator.comparing(Order::expires).reversed())
        .toList();
  }

  /** Keeps a new order. */
  public synchronized Order add(Order order, Account account) throws ProblemException {
    dropEnded();
    Instant now = clock.instant();
    List<Order> own = of(account);
    long open = own.stream().filter(one -> isOpen(one, now)).count();
    if (open >= MOST_OPEN) {
      throw new ProblemException(
          ProblemType.RATE_LIMITED, "the account has " + open + " orders that are not finished");
    }
    if (own.size() >= MOST_OF_ONE_ACCOUNT) {
      own.reversed().stream().filter(one -> !isOpen(one, now)).findFirst().ifPresent(this::drop);
    }
    if (orders.size() >= MOST) {
      finishedOfTheLargest(now).ifPresent(this::drop);
    }
    if (orders.size() >= MOST) {
      throw new ProblemException(ProblemType.RATE_LIMITED, "there are " + MOST + " orders already");
    }
    files.write(order.id(), order.values());
    orders.put(order.id(), order);
    return order;
  }

  /** The oldest finished order of the account that has most of them. */
  private Optional<Order> finishedOfTheLargest(Instant now) {
    Map<String, List<Order>> finished =
        orders.values().stream()
            .filter(one -> !isOpen(one, now))
            .collect(Collectors.groupingBy(Order::account));
    return finished.values().stream()
        .max(Comparator.comparingInt(List::size))
        .flatMap(largest -> largest.stream().min(Comparator.comparing(Order::expires)));
  }

  private static boolean isOpen(Order order, Instant now) {
    Order.State state = order.state(now);
    return state == Order.State.PENDING || state == Order.State.READY;
  }

  /** Changes an order, on disk first. */
  public Order change(String id, Change change) throws ProblemException {
    synchronized (locks[Math.floorMod(id.hashCode(), locks.length)]) {
      Order present =
          find(id).orElseThrow(() -> new ProblemException(ProblemType.NOT_FOUND, "no such order"));
      Order changed = change.of(present);
      if (!changed.equals(present)) {
        files.write(id, changed.values());
        orders.put(id, changed);
        index(changed);
      }
      return changed;
    }
  }

  /** Forgets the orders that have ended. */
  public void dropEnded() {
    Instant now = clock.instant();
    orders.values().stream().filter(order -> !now.isBefore(order.end())).forEach(this::drop);
  }

  private void drop(Order order) {
    files.delete(order.id());
    orders.remove(order.id());
    order.certificate().ifPresent(made -> bySerial.remove(made.serial()));
    order.replaces().ifPresent(serial -> replacing.remove(serial, order.id()));
  }

  private void index(Order order) {
    if (order.certificate().isPresent()) {
      bySerial.put(order.certificate().get().serial(), order.id());
      order.replaces().ifPresent(serial -> replacing.put(serial, order.id()));
    }
  }
}
