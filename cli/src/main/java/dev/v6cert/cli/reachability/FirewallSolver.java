package dev.v6cert.cli.reachability;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.cli.terminal.Console;
import java.net.InetSocketAddress;

/**
 * Answers challenges while this machine's packet filter lets the CA in, or DNS queries. A filter
 * that cannot be changed is no failure: the CA may get in all the same.
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
    return behind(solver.start(listener));
  }

  @Override
  public Responder start(OrderContext order, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    return behind(solver.start(order, listener));
  }

  private Responder behind(Responder responder) {
    HeldFirewall held =
        HeldFirewall.open(
            responder.addresses().stream().map(InetSocketAddress::getAddress).toList(),
            inbound(responder),
            journal,
            console);
    return ForwardingResponder.behind(responder, held::close);
  }

  private HeldFirewall.Inbound inbound(Responder responder) {
    int port = inboundPort(responder);
    String comment =
        type().isByTxt() ? FirewallJournal.commentOfQueries() : FirewallJournal.comment();
    return new HeldFirewall.Inbound(type().transports(), port, comment, false);
  }

  private int inboundPort(Responder responder) {
    return mapped
        ? responder.addresses().stream()
            .findFirst()
            .map(InetSocketAddress::getPort)
            .orElse(responder.type().port())
        : responder.type().port();
  }
}
