package dev.v6cert.dns;

import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Zones;
import dev.v6cert.dns.answer.ServedZone;
import dev.v6cert.dns.answer.ZoneSetup;
import dev.v6cert.dns.challenge.ChallengeAccounts;
import dev.v6cert.dns.challenge.ChallengeZone;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.StoreFailure;
import dev.v6cert.dns.challenge.StoreUnavailableException;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.http.ApiServer;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.http.RegistrationToken;
import dev.v6cert.dns.pipeline.HostedMessageHandlers;
import dev.v6cert.dns.telemetry.MetricsEndpoint;
import dev.v6cert.dns.transfer.Secondaries;
import dev.v6cert.dns.transfer.ZoneTransfers;
import dev.v6cert.dns.transport.HostedMessageHandler;
import dev.v6cert.dns.transport.ListenFailure;
import dev.v6cert.dns.transport.ListenFailure.Purpose;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.tsig.TsigKeys;
import dev.v6cert.dns.update.UpdateProcessor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The zone whose records clients set, its store and its API. It listens before the process gives up
 * its rights, and opens the store after.
 */
public final class HostedService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostedService.class);
  private static final Duration CLEANING = Duration.ofHours(1);

  private final Hosting config;
  private final RecordStore store;
  private final ChallengeZone zone;
  private final ChallengeAccounts accounts;
  private final RegistrationToken token;
  private final HostedMessageHandlers messages;
  private final Optional<ZoneTransfers> transfers;
  private final Optional<Secondaries> secondaries;
  private final Thread cleaner = Thread.ofVirtual().name("dns-accounts").unstarted(this::clean);
  private @Nullable ApiServer api;

  /** A service that reads its keys, and nothing else yet. */
  HostedService(DnsServerConfig server, Hosting config, Consumer<String> warnings)
      throws FileFailure {
    Zones zones = server.zones();
    List<InetSocketAddress> listening = server.sockets().listen();
    this.config = config;
    this.store = RecordStores.at(config.store(), warnings);
    this.zone =
        new ChallengeZone(
            ZoneSetup.name(config.zone().apex()),
            zones.nameServers(),
            ZoneSetup.mailbox(config.zone(), zones.contact()),
            store);
    this.accounts = new ChallengeAccounts(zone.apex(), store, InstantSource.system());
    this.token = new RegistrationToken(config.store().directory());
    Optional<Path> transferKeys = config.transfers().keys();
    this.secondaries =
        transferKeys.isPresent()
            ? Optional.of(Secondaries.of(transferKeys.get()))
            : Optional.empty();
    if (secondaries.isPresent()) {
      secondaries
          .get()
          .add(
              transferKeys.get(),
              config.transfers().secondaries(),
              zone,
              store,
              listening,
              warnings);
    }
    TsigKeys transferring = secondaries.map(Secondaries::keys).orElse(TsigKeys.NONE);
    Optional<UpdateProcessor> updates = updates(transferring);
    TsigKeys known = updates.map(all -> transferring.and(all.keys())).orElse(transferring);
    this.transfers = secondaries.map(_ -> new ZoneTransfers(zone, store, transferring, known));
    this.messages =
        new HostedMessageHandlers(
            updates.<HostedMessageHandler>map(all -> all).orElse(HostedMessageHandler.NONE),
            transfers.<HostedMessageHandler>map(all -> all).orElse(HostedMessageHandler.NONE),
            known);
  }

  private Optional<UpdateProcessor> updates(TsigKeys transferring) throws FileFailure {
    if (config.updates().keys().isEmpty()) {
      return Optional.empty();
    }
    Path file = config.updates().keys().get();
    UpdateProcessor updates = UpdateProcessor.of(zone, store, file, config.updates().weak());
    Optional<String> conflict = updates.keys().conflict(transferring);
    if (conflict.isPresent()) {
      throw FileFailure.ofService(
          file, 0, "the key " + conflict.get() + " is another one in the file of --transfer-key");
    }
    return Optional.of(updates);
  }

  /** The zone as it is served. */
  ServedZone zone() {
    return zone.served();
  }

  /** Answers the messages that only this zone answers. */
  HostedMessageHandlers messages() {
    return messages;
  }

  /** Listens for the API, which refuses everything until the store is open. */
  void listen() throws ListenFailure {
    if (config.api().isPresent()) {
      try {
        api =
            ApiServer.start(
                config.api().get(),
                config.tls(),
                accounts,
                store,
                config.registration(),
                token::digest);
      } catch (IOException e) {
        throw new ListenFailure(Purpose.API, config.api().get(), Transport.TCP, e);
      }
    }
  }

  /** Adds the figures of the store to the metrics. */
  void measure(MetricsEndpoint metrics) {
    metrics.add(
        store,
        () -> api == null ? Map.of() : api.counts(),
        () -> transfers.map(ZoneTransfers::counts).orElse(Map.of()));
  }

  /** Reads the store, and begins to take changes. */
  void open() throws FileFailure, StoreFailure {
    store.open();
    if (config.registration() == Registration.TOKEN && config.api().isPresent()) {
      token.open();
    }
    cleaner.start();
    secondaries.ifPresent(Secondaries::start);
  }

  private void clean() {
    while (true) {
      try {
        int removed = accounts.removeUnused();
        if (removed > 0) {
          LOG.info("removed {} accounts that have set no record in 90 days", removed);
        }
        Thread.sleep(CLEANING);
      } catch (StoreUnavailableException e) {
        LOG.debug("the store takes no changes", e); // It is told elsewhere.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** The address of the API. */
  public Optional<InetSocketAddress> apiAddress() {
    return Optional.ofNullable(api).map(ApiServer::address);
  }

  /** Whether the API speaks HTTPS. */
  public boolean hasTls() {
    return config.tls().isPresent();
  }

  /** The file with the registration token; empty where none is asked for. */
  public Optional<Path> tokenFile() {
    return config.registration() == Registration.TOKEN && config.api().isPresent()
        ? Optional.of(token.file())
        : Optional.empty();
  }

  @Override
  public void close() {
    cleaner.interrupt();
    secondaries.ifPresent(Secondaries::close);
    if (api != null) {
      api.close();
    }
    store.close();
  }
}
