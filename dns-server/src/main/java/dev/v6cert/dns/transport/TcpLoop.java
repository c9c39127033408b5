package dev.v6cert.dns.transport;

import dev.v6cert.dns.guard.ConnectionTable;
import dev.v6cert.dns.guard.IntrusiveList;
import dev.v6cert.dns.guard.OctetBudget;
import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.transport.TcpConnection.State;
import dev.v6cert.dns.transport.TransportHealth.Closure;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Serves all TCP clients on one thread: any number of queries on a connection, pipelined or not,
 * answered in their order (RFC 7766 section 6.2). In each round the connections that are ready get
 * a turn, those of networks that took much time lately after the others and no longer than {@link
 * #BUSY_NANOS}. A connection is closed when the client does so, when it stands idle, when a query
 * takes too long to arrive or replies to leave, at a frame too short for a message, and as {@link
 * ConnectionTable} and {@link OctetBudget} say.
 */
final class TcpLoop implements AutoCloseable {
  private static final int FEW = 8;
  private static final int READ_AMONG_MANY = 1024;

  /** This part of all connections is accepted in a round: those it evicts end with the next one. */
  private static final int ACCEPTED_PART = 16;

  private static final int FEWEST_ACCEPTED = 8;
  private static final long BUSY_NANOS = 3_000_000;
  private static final long TICK_NANOS = 1_000_000_000;
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long PAUSE_NANOS = 10_000_000;

  private final Selector selector;
  private final List<SelectionKey> acceptors = new ArrayList<>();
  private final TransportHealth health;
  private final TransportHealth.Reader reader;
  private final ConnectionTable<TcpConnection> table;
  private final OctetBudget<TcpConnection> budget;
  private final Timer idle;
  private final Timer frame;
  private final Timer write;
  private final List<Timer> timers;
  private final TcpExchange exchange;
  private final StreamedReplies streams;
  private final int mostAccepted;
  private final Thread thread = Thread.ofPlatform().daemon().name("dns-tcp").unstarted(this::run);

  private final List<TcpConnection> ready = new ArrayList<>();
  private final List<TcpConnection> later = new ArrayList<>();
  private boolean acceptable;
  private long now;
  private long nextTick;
  private long acceptAgain;
  private volatile boolean closed;

  /** The connections in one phase, by their deadlines. */
  private record Timer(IntrusiveList<TcpConnection> connections, long nanos, Closure closure) {}

  /** Takes over the server sockets, which {@code endpoints} go on to own; serves nobody yet. */
  TcpLoop(
      List<BoundEndpoint> endpoints,
      MessageHandler handler,
      TcpLimits limits,
      TransportHealth health)
      throws IOException {
    this.health = health;
    this.reader = health.new Reader();
    this.table = new ConnectionTable<>(limits);
    this.budget = new OctetBudget<>(limits.pendingOctets());
    this.mostAccepted = Math.max(limits.connections() / ACCEPTED_PART, FEWEST_ACCEPTED);
    this.exchange = new TcpExchange(handler, budget);
    this.streams = new StreamedReplies(limits.write());
    this.idle = new Timer(new IntrusiveList<>(), limits.idle().toNanos(), Closure.IDLE);
    this.frame = new Timer(new IntrusiveList<>(), limits.frame().toNanos(), Closure.FRAME_DEADLINE);
    this.write = new Timer(new IntrusiveList<>(), limits.write().toNanos(), Closure.WRITE_DEADLINE);
    this.timers = List.of(idle, frame, write);
    selector = Selector.open();
    try {
      for (BoundEndpoint endpoint : endpoints) {
        ServerSocketChannel server = endpoint.server();
        server.configureBlocking(false);
        acceptors.add(server.register(selector, SelectionKey.OP_ACCEPT));
      }
    } catch (IOException e) {
      selector.close();
      throw e;
    }
  }

  void start() {
    thread.start();
  }

  /** The thread that serves; it ends when this is closed. */
  Thread thread() {
    return thread;
  }

  private void run() {
    while (!closed) {
      try {
        round();
      } catch (Throwable t) { // A fault must not end the only thread that serves TCP.
        reader.failed(t);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    closeAll();
  }

  private void round() throws IOException {
    ready.clear();
    later.clear();
    acceptable = false;
    selector.select(this::sort, timeoutMillis());
    now = System.nanoTime();
    if (acceptable) {
      accept();
    }
    int length = ready.size() <= FEW ? TcpExchange.MOST_READ : READ_AMONG_MANY;
    for (TcpConnection connection : ready) {
      if (ready.size() > FEW && connection.isOfBusyNetwork(now)) {
        later.add(connection);
      } else {
        turn(connection, length);
      }
    }
    long busyUntil = now + BUSY_NANOS; // After the turns of the others.
    // From another one each time, as the selector keeps their order.
    int first = later.isEmpty() ? 0 : ThreadLocalRandom.current().nextInt(later.size());
    for (int i = 0; i < later.size() && now - busyUntil < 0; i++) {
      turn(later.get((first + i) % later.size()), length);
    }
    exchange.flush();
    expire();
    health.setConnections(table.size(), budget.held(), budget.most());
  }

  private void sort(SelectionKey key) {
    if (key.attachment() instanceof TcpConnection connection) {
      ready.add(connection);
    } else {
      acceptable = true;
    }
  }

  /** The time until something is due; a second at most where anything may be. */
  private long timeoutMillis() {
    if (table.size() == 0 && acceptAgain == 0 && budget.isTrimmed()) {
      return 0; // Until there is a client.
    }
    long due = nextTick;
    for (Timer timer : timers) {
      Optional<TcpConnection> first = timer.connections.first();
      if (first.isPresent() && first.get().since + timer.nanos - due < 0) {
        due = first.get().since + timer.nanos;
      }
    }
    if (acceptAgain != 0 && acceptAgain - due < 0) {
      due = acceptAgain;
    }
    return Math.max((due - System.nanoTime()) / NANOS_PER_MILLI + 1, 1);
  }

  private void accept() {
    for (SelectionKey key : acceptors) {
      try {
        ServerSocketChannel server = (ServerSocketChannel) key.channel();
        for (int i = 0; i < mostAccepted; i++) {
          SocketChannel client = server.accept();
          if (client == null) {
            break;
          }
          add(client);
        }
      } catch (ClosedChannelException e) {
        key.cancel();
      } catch (IOException e) {
        makeRoom();
      }
    }
  }

  /** Too many open files, most likely: a connection less, or a rest where there is none. */
  private void makeRoom() {
    Optional<TcpConnection> longestIdle = table.longestIdle();
    if (longestIdle.isPresent()) {
      close(longestIdle.get(), Closure.EVICTED);
    } else {
      acceptAgain = now + PAUSE_NANOS | 1;
      setAccepting(false);
    }
  }

  private void setAccepting(boolean accepting) {
    acceptors.stream()
        .filter(SelectionKey::isValid)
        .forEach(key -> key.interestOps(accepting ? SelectionKey.OP_ACCEPT : 0));
  }

  private void add(SocketChannel channel) throws IOException {
    TcpConnection connection;
    try {
      TcpSocket.Nio socket = new TcpSocket.Nio(channel, selector);
      connection = new TcpConnection(socket, socket.client());
      socket.attach(connection);
      connection.join(table);
    } catch (IOException e) {
      channel.close();
      health.countClosure(Closure.CLIENT);
      return;
    } catch (RuntimeException | Error e) {
      channel.close();
      throw e;
    }
    enter(connection, State.IDLE);
    table
        .excess(connection.entry())
        .ifPresent(excess ->
            close(
                excess.connection(), excess.ofNetwork() ? Closure.NETWORK_LIMIT : Closure.EVICTED));
    ready.add(connection); // Its first query is here, most often.
  }

  private void enter(TcpConnection connection, State state) {
    connection.enter(state, now);
    timer(state).connections.append(connection.timer);
  }

  private Timer timer(State state) {
    return switch (state) {
      case IDLE -> idle;
      case FRAME -> frame;
      case WRITE -> write;
      case STREAM, GONE, MALFORMED ->
          throw new IllegalArgumentException(state + " has no deadline");
    };
  }

  /** Lets a connection read and answer. A fault costs this connection, and no other. */
  private void turn(TcpConnection connection, int length) {
    if (!connection.isOpen()) {
      return; // Closed for another one in this round.
    }
    try {
      State before = connection.state;
      State state = exchange.serve(connection, length);
      switch (state) {
        case GONE -> close(connection, Closure.CLIENT);
        case MALFORMED -> close(connection, Closure.MALFORMED);
        case STREAM -> handOver(connection);
        default -> {
          if (exchange.hasAnswered()) {
            table.touch(connection.entry());
            enter(connection, state);
          } else if (state != before) {
            enter(connection, state);
          }
        }
      }
      reader.progressed();
    } catch (IOException e) {
      close(connection, Closure.CLIENT); // Too common to tell of.
    } catch (Throwable t) { // A fault must cost nobody but the client that met it.
      close(connection, Closure.FAULT);
      reader.failed(t);
    }
    while (budget.isExceeded() && budget.largest().isPresent()) {
      close(budget.largest().get(), Closure.BUDGET);
    }
    long then = System.nanoTime();
    connection.charge(then - now, then);
    now = then;
  }

  /** Closes what is overdue, and does what is done every second. */
  private void expire() {
    for (Timer timer : timers) {
      Optional<TcpConnection> first = timer.connections.first();
      while (first.isPresent() && now - first.get().since >= timer.nanos) {
        close(first.get(), timer.closure);
        first = timer.connections.first();
      }
    }
    if (acceptAgain != 0 && now - acceptAgain >= 0) {
      acceptAgain = 0;
      setAccepting(true);
    }
    if (now - nextTick >= 0) {
      nextTick = now + TICK_NANOS;
      budget.trim();
    }
  }

  private void handOver(TcpConnection connection) throws IOException {
    ReplyStream stream = Objects.requireNonNull(connection.stream);
    connection.leave(table);
    try {
      connection.socket().handOver(stream, streams);
    } catch (IOException | RuntimeException e) {
      connection.socket().close();
      stream.close();
    }
    health.countClosure(Closure.CLIENT);
  }

  private void close(TcpConnection connection, Closure closure) {
    connection.close(table);
    health.countClosure(closure);
  }

  private void closeAll() {
    streams.close();
    while (table.longestIdle().isPresent()) {
      table.longestIdle().get().close(table);
    }
    try {
      selector.close(); // With it the sockets, which are closed but for their registration.
    } catch (IOException e) {
      // The process ends, or opens another one.
    }
  }

  /** Ends the thread, without waiting for it; it closes the connections. */
  @Override
  public void close() {
    closed = true;
    if (thread.getState() == Thread.State.NEW) {
      closeAll();
    } else {
      selector.wakeup();
    }
  }
}
