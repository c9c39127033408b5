package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.ListenAddress;
import dev.v6cert.acme.challenge.dns.ChallengeRecord;
import dev.v6cert.acme.challenge.dns.TxtRecords;
import dev.v6cert.dns.publish.HandoverClient;
import dev.v6cert.dns.publish.TxtQuery;
import dev.v6cert.dns.publish.TxtServer;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * TXT records that this machine answers for itself, by UDP and TCP. The zone of a magic name
 * delegates {@code _acme-challenge} below it to the machine at its address.
 *
 * @param address the local address to bind; empty for every address of the machine
 * @param port the port to bind; 53 unless a router leads its own there
 */
public record ServedTxtRecords(Optional<InetAddress> address, int port) implements TxtRecords {

  private static final InetAddress EVERY_ADDRESS = InetAddress.ofLiteral("::");
  private static final int MAX_REQUESTS = 1000;

  @Override
  public boolean here() {
    return true;
  }

  /** The address and port to bind. */
  public InetSocketAddress socket() {
    return new InetSocketAddress(address.orElse(EVERY_ADDRESS), port);
  }

  @Override
  public Zone open(Collection<ChallengeRecord> records, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    Set<HostName> zones = new LinkedHashSet<>();
    records.forEach(record -> zones.add(record.zone()));
    InetSocketAddress socket = socket();
    Queries queries = new Queries(new ArrayList<>(), listener);
    try {
      return new Served(TxtServer.listen(socket, zones, queries), queries);
    } catch (IOException e) {
      Optional<Zone> handed =
          port == ChallengeType.DNS_01.port() ? handed(zones) : Optional.empty();
      if (handed.isPresent()) {
        return handed.get();
      }
      throw ListenAddress.cannotBind(socket, e);
    }
  }

  /**
   * The records at the DNS server of this machine, which has the port; empty where there is none.
   */
  private Optional<Zone> handed(Collection<HostName> zones) {
    try {
      HandoverClient client = HandoverClient.connect(HandoverPath.packaged());
      client.zones(zones);
      return Optional.of(new Handed(client));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Records that another process answers with, as long as the connection to it lasts. */
  private record Handed(HandoverClient client) implements Zone {

    @Override
    public void add(ChallengeRecord record, String value) throws AcmeFailureException {
      try {
        client.add(record.name(), value);
      } catch (IOException e) {
        throw new AcmeFailureException(
            new AcmeFailure.RecordNotTaken(
                AcmeFailure.RecordProblem.UNAVAILABLE,
                "the DNS server of this machine did not take TXT " + record.name(),
                String.valueOf(e.getMessage()),
                "see whether it runs: systemctl status v6cert-dns"),
            e);
      }
    }

    @Override
    public void remove(ChallengeRecord record, String value) {
      try {
        client.remove(record.name(), value);
      } catch (IOException e) {
        // The server has ended, and the record with it.
      }
    }

    @Override
    public void settle() {} // What was taken is answered.

    @Override
    public void close() {
      client.close();
    }
  }

  /** The queries so far, told on as challenge requests. */
  private record Queries(List<ChallengeRequest> requests, ChallengeRequest.Listener listener)
      implements TxtQuery.Listener {

    @Override
    public void on(TxtQuery query) {
      ChallengeRequest request =
          new ChallengeRequest(
              query.from(),
              query.at(),
              query.byTcp() ? ChallengeRequest.DNS_BY_TCP : ChallengeRequest.DNS_BY_UDP,
              query.type() + " " + query.name().toLowerCase(Locale.ROOT),
              answer(query.outcome()),
              Instant.now());
      synchronized (requests) {
        if (requests.size() >= MAX_REQUESTS) {
          return;
        }
        requests.add(request);
      }
      listener.on(request);
    }

    private static ChallengeRequest.Answer answer(TxtQuery.Outcome outcome) {
      return switch (outcome) {
        case VALUES, OVER_TCP -> ChallengeRequest.Answer.KEY_AUTHORIZATION;
        case NO_DATA -> ChallengeRequest.Answer.UNKNOWN_TOKEN;
        case REFUSED -> ChallengeRequest.Answer.OTHER_PATH;
      };
    }
  }

  private record Served(TxtServer server, Queries queries) implements Zone {

    @Override
    public void add(ChallengeRecord record, String value) {
      server.add(record.name(), value);
    }

    @Override
    public void remove(ChallengeRecord record, String value) {
      server.remove(record.name(), value);
    }

    @Override
    public void settle() {} // What is answered here is seen at once.

    @Override
    public List<InetSocketAddress> addresses() {
      return List.of(server.address());
    }

    @Override
    public List<ChallengeRequest> requests() {
      synchronized (queries.requests()) {
        return List.copyOf(queries.requests());
      }
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
