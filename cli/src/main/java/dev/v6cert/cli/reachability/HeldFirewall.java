package dev.v6cert.cli.reachability;

import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.FirewallText;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.firewall.FirewallOpening;
import dev.v6cert.ipv6.firewall.InboundConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A port that this machine's packet filter lets in until it is closed. A filter that cannot be
 * changed is no failure, and told: the other side may get in all the same.
 */
public final class HeldFirewall implements AutoCloseable {

  private final Optional<FirewallOpening> opening;
  private final int port;
  private final Console console;
  private boolean lost;

  private HeldFirewall(Optional<FirewallOpening> opening, int port, Console console) {
    this.opening = opening;
    this.port = port;
    this.console = console;
  }

  /** Lets connections to the socket in for as long as a server runs. */
  public static HeldFirewall open(
      InetSocketAddress bound, StateDirectory directory, Console console) {
    int port = bound.getPort();
    return open(
        List.of(bound.getAddress()),
        new Inbound(List.of(IpProtocol.TCP), port, FirewallJournal.comment(bound), true),
        FirewallJournal.held(directory, bound),
        console);
  }

  /**
   * The connections that are let in.
   *
   * @param comment words that no other rule has
   * @param lasting whether it takes longer than an order
   */
  record Inbound(List<IpProtocol> transports, int port, String comment, boolean lasting) {
    Inbound {
      transports = List.copyOf(transports);
    }

    private String text() {
      return transports.contains(IpProtocol.UDP)
          ? transports.stream().map(IpProtocol::name).collect(Collectors.joining(" and "))
              + " port "
              + port
          : "port " + port;
    }
  }

  /**
   * Lets connections in.
   *
   * @param bound the addresses that are listened on; none of a web server's
   */
  static HeldFirewall open(
      Collection<InetAddress> bound, Inbound inbound, FirewallJournal journal, Console console) {
    try {
      FirewallOpening opening =
          FirewallOpening.open(
              connections(bound, inbound), inbound.comment(), inbound.lasting(), journal);
      if (!opening.keepers().isEmpty()) {
        console.steps().done(names(opening) + " lets " + inbound.text() + " in meanwhile");
      }
      return new HeldFirewall(Optional.of(opening), inbound.port(), console);
    } catch (IOException e) {
      console.warn("this machine's packet filter cannot be opened: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new HeldFirewall(Optional.empty(), inbound.port(), console);
  }

  private static String names(FirewallOpening opening) {
    return opening.keepers().stream().map(FirewallText::name).collect(Collectors.joining(", "));
  }

  /**
   * Lets connections in again where the filter's rules were loaded anew. That it cannot be changed
   * is told once, and tried again: it may only be restarting.
   */
  public void keep() throws InterruptedException {
    if (opening.isEmpty()) {
      return;
    }
    try {
      if (opening.get().reopen() || lost) {
        lost = false;
        console
            .steps()
            .done(names(opening.get()) + " had lost the rule for port " + port + "; it is back");
      }
    } catch (IOException e) {
      if (!lost) {
        console.warn(
            "this machine's packet filter does not let port %s in any more: %s"
                .formatted(Integer.toString(port), e.getMessage()));
      }
      lost = true;
    }
  }

  /** Connections to the addresses that are listened on, else to one of each family. */
  private static Collection<InboundConnection> connections(
      Collection<InetAddress> bound, Inbound inbound) throws SocketException {
    List<InetAddress> exact =
        bound.stream().filter(it -> !it.isAnyLocalAddress() && !it.isLoopbackAddress()).toList();
    List<InboundConnection> connections = new ArrayList<>();
    for (InetAddress address : exact.isEmpty() ? ofEachFamily() : exact) {
      Optional<String> device =
          Optional.ofNullable(NetworkInterface.getByInetAddress(address))
              .map(NetworkInterface::getName);
      for (IpProtocol transport : inbound.transports()) {
        connections.add(
            new InboundConnection(IpAddress.from(address), transport, inbound.port(), device));
      }
    }
    return connections;
  }

  private static Collection<InetAddress> ofEachFamily() throws SocketException {
    Map<Class<?>, InetAddress> first = new HashMap<>();
    for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : device.inetAddresses().toList()) {
        if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
          first.putIfAbsent(address.getClass(), address);
        }
      }
    }
    return first.values();
  }

  /**
   * Closes all of them at once: firewalld's client takes a second each on a small board, and the
   * process has two after SIGTERM.
   */
  public static void closeAll(Collection<HeldFirewall> held) {
    List<Thread> closing = held.stream().map(one -> Thread.startVirtualThread(one::close)).toList();
    boolean interrupted = Thread.interrupted();
    for (Thread one : closing) {
      interrupted |= join(one);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for its end, however often this thread is interrupted; says whether it was. */
  private static boolean join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }

  @Override
  public void close() {
    try {
      if (opening.isPresent()) {
        opening.get().close();
      }
    } catch (IOException e) {
      console.warn(
          "the rule in this machine's packet filter cannot be removed ("
              + e.getMessage()
              + "); the next run tries again");
    }
  }
}
