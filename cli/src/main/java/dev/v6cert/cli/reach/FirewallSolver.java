package dev.v6cert.cli.reach;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.cli.failure.FirewallText;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.IpAddress;
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
 * Answers challenges while this machine's packet filter lets the CA in. A filter that cannot be
 * changed is no failure: the CA may get in all the same.
 *
 * @param solver what answers
 * @param mapped whether connections come in at the port that is bound, not at the challenge's
 * @param journal remembers the rules
 * @param console where to tell how it went
 */
public record FirewallSolver(
    ChallengeSolver solver, boolean mapped, FirewallJournal journal, Console console)
    implements ChallengeSolver {

  @Override
  public ChallengeType type() {
    return solver.type();
  }

  @Override
  public int port() {
    return solver.port();
  }

  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    Responder responder = solver.start(listener);
    return open(responder)
        .<Responder>map(opening -> new PinholeSolver.Behind(responder, () -> close(opening)))
        .orElse(responder);
  }

  private Optional<FirewallOpening> open(Responder responder) {
    try {
      FirewallOpening opening =
          FirewallOpening.open(connections(responder), FirewallJournal.comment(), journal);
      if (!opening.keepers().isEmpty()) {
        String names =
            opening.keepers().stream().map(FirewallText::name).collect(Collectors.joining(", "));
        console.steps().done(names + " lets port " + inboundPort(responder) + " in meanwhile");
      }
      return Optional.of(opening);
    } catch (IOException e) {
      console.warn("this machine's packet filter cannot be opened: " + e.getMessage());
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void close(FirewallOpening opening) {
    try {
      opening.close();
    } catch (IOException e) {
      console.warn(
          "the rule in this machine's packet filter cannot be removed ("
              + e.getMessage()
              + "); the next run tries again");
    }
  }

  private int inboundPort(Responder responder) {
    return mapped
        ? responder.addresses().stream()
            .findFirst()
            .map(InetSocketAddress::getPort)
            .orElse(responder.type().port())
        : responder.type().port();
  }

  /** Connections to the address that is answered on, else to one of each family. */
  private Collection<InboundConnection> connections(Responder responder) throws SocketException {
    int port = inboundPort(responder);
    List<InboundConnection> exact = new ArrayList<>();
    for (InetSocketAddress bound : responder.addresses()) {
      InetAddress address = bound.getAddress();
      if (!address.isAnyLocalAddress() && !address.isLoopbackAddress()) {
        exact.add(
            connection(
                address, port, Optional.ofNullable(NetworkInterface.getByInetAddress(address))));
      }
    }
    return exact.isEmpty() ? ofEachFamily(port) : exact;
  }

  private static Collection<InboundConnection> ofEachFamily(int port) throws SocketException {
    Map<Class<?>, InboundConnection> first = new HashMap<>();
    for (NetworkInterface device : NetworkInterface.networkInterfaces().toList()) {
      for (InetAddress address : device.inetAddresses().toList()) {
        if (!address.isLoopbackAddress() && !address.isLinkLocalAddress()) {
          first.putIfAbsent(address.getClass(), connection(address, port, Optional.of(device)));
        }
      }
    }
    return first.values();
  }

  private static InboundConnection connection(
      InetAddress address, int port, Optional<NetworkInterface> device) {
    return new InboundConnection(
        IpAddress.from(address), port, device.map(NetworkInterface::getName));
  }
}
