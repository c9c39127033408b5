package dev.v6cert.dns.health;

import dev.v6cert.dns.health.AddressProbe.Result;
import dev.v6cert.dns.health.Health.Fault;
import dev.v6cert.dns.transport.Listeners.ListeningAddress;
import dev.v6cert.dns.transport.ThreadActivity;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.ipv6.Ipv6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.ToLongFunction;
import org.xbill.DNS.Name;

/**
 * Asks every address that a server listens on a real question, over UDP and TCP, and looks whether
 * every thread that reads datagrams gets on: the kernel decides which of them a question reaches.
 * Takes two seconds at most. Who asks within a second gets the same result, and who asks meanwhile
 * waits for it, so asking often costs nothing.
 */
public final class HealthCheck {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final int LOOK_MILLIS = 10;

  private final List<ListeningAddress> listening;
  private final List<Probe> probes = new ArrayList<>();

  /** The probes that were answered once, since this process began. */
  private final Set<Probe> hasAnswered = new HashSet<>();

  private final ToLongFunction<Transport> answered;
  private Health last = new Health(List.of());
  private long staleFrom = System.nanoTime();

  /** One question, and who is asked it. */
  private record Probe(Transport transport, InetSocketAddress address, AddressProbe asker) {
    Result ask(long deadline) throws InterruptedException {
      return transport == Transport.UDP ? asker.overUdp(deadline) : asker.overTcp(deadline);
    }
  }

  /** The results of questions that were asked at the same time. */
  private record Look(List<Result> results, List<Optional<Fault>> threads) {}

  /**
   * A check.
   *
   * @param apex a name that the server is authoritative for
   * @param answered the number of answers that the server has given so far
   */
  public HealthCheck(
      List<ListeningAddress> listening, Name apex, ToLongFunction<Transport> answered) {
    this.listening = List.copyOf(listening);
    this.answered = answered;
    for (ListeningAddress where : listening) {
      AddressProbe asker = new AddressProbe(where.address(), apex);
      probes.add(new Probe(Transport.UDP, where.address(), asker));
      probes.add(new Probe(Transport.TCP, where.address(), asker));
    }
  }

  /**
   * The health of this moment, or of less than a second ago.
   *
   * @throws InterruptedException when the thread is interrupted meanwhile
   */
  public synchronized Health current() throws InterruptedException {
    if (System.nanoTime() - staleFrom >= 0) {
      last = health();
      staleFrom = System.nanoTime() + FRESH.toNanos();
    }
    return last;
  }

  /**
   * Silence is a reason to restart only where there was an answer before: a filter may stand
   * between.
   */
  private Health health() throws InterruptedException {
    long udp = answered.applyAsLong(Transport.UDP);
    long tcp = answered.applyAsLong(Transport.TCP);
    Look look;
    try {
      look = look(System.nanoTime() + LIMIT.toNanos());
    } catch (ExecutionException | OutOfMemoryError e) {
      return new Health(List.of(new Fault("the listeners cannot be asked: " + e, true)));
    }
    List<Fault> faults = new ArrayList<>();
    look.threads().forEach(fault -> fault.ifPresent(faults::add));
    boolean udpServes = servesOthers(Transport.UDP, udp, look.results());
    boolean tcpServes = servesOthers(Transport.TCP, tcp, look.results());
    for (int i = 0; i < probes.size(); i++) {
      Probe probe = probes.get(i);
      String name = text(probe.transport(), probe.address());
      boolean serves = probe.transport() == Transport.UDP ? udpServes : tcpServes;
      switch (look.results().get(i)) {
        case ANSWERED -> hasAnswered.add(probe);
        case SILENT ->
            faults.add(
                new Fault(name + " does not answer", !serves && hasAnswered.contains(probe)));
        case NOT_ASKED -> faults.add(new Fault(name + " cannot be asked", false));
      }
    }
    return new Health(faults);
  }

  /** Whether more was answered than the questions of this check. */
  private boolean servesOthers(Transport transport, long before, List<Result> results) {
    long own = 0;
    for (int i = 0; i < probes.size(); i++) {
      if (probes.get(i).transport() == transport && results.get(i) == Result.ANSWERED) {
        own++;
      }
    }
    return answered.applyAsLong(transport) - before > own;
  }

  private Look look(long deadline) throws InterruptedException, ExecutionException {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Result>> questions = new ArrayList<>();
      probes.forEach(probe -> questions.add(() -> probe.ask(deadline)));
      List<Future<Optional<Fault>>> watched = new ArrayList<>();
      watches(deadline).forEach(watch -> watched.add(executor.submit(watch)));
      return new Look(results(executor.invokeAll(questions)), results(watched));
    }
  }

  private static <T> List<T> results(List<Future<T>> futures)
      throws InterruptedException, ExecutionException {
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }

  private List<Callable<Optional<Fault>>> watches(long deadline) {
    List<Callable<Optional<Fault>>> watches = new ArrayList<>();
    Set<ThreadActivity> known = Collections.newSetFromMap(new IdentityHashMap<>());
    for (ListeningAddress where : listening) {
      int number = 0;
      for (ThreadActivity thread : where.udp()) {
        String name = text(Transport.UDP, where.address()) + " (thread " + ++number + ")";
        if (known.add(thread)) {
          watches.add(() -> watch(thread, name, deadline));
        }
      }
    }
    return watches;
  }

  /** A fault where the thread has ended, or has been at the same work all the time. */
  private static Optional<Fault> watch(ThreadActivity thread, String name, long deadline)
      throws InterruptedException {
    long steps = thread.steps();
    while (thread.isAlive() && thread.isWorking() && thread.steps() == steps) {
      if (System.nanoTime() - deadline >= 0) {
        return Optional.of(new Fault(name + " does not answer", true));
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return thread.isAlive()
        ? Optional.empty()
        : Optional.of(new Fault(name + " does not answer", true));
  }

  private static String text(Transport transport, InetSocketAddress address) {
    String host =
        Ipv6Address.from(address.getAddress())
            .map(v6 -> "[" + v6 + "]")
            .orElseGet(() -> address.getAddress().getHostAddress());
    return transport.name().toLowerCase(Locale.ROOT) + " " + host + ":" + address.getPort();
  }
}
