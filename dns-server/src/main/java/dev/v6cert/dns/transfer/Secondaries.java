package dev.v6cert.dns.transfer;

import dev.v6cert.dns.challenge.ChallengeZone;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.tsig.KeyFile;
import dev.v6cert.dns.tsig.TsigKey;
import dev.v6cert.dns.tsig.TsigKeys;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/** The secondaries of a hosted zone, and the keys that they and this server share. */
public final class Secondaries implements AutoCloseable {
  private final Map<Name, TsigKey> keys;
  private final List<Notifier> notifiers = new ArrayList<>();

  private Secondaries(Map<Name, TsigKey> keys) {
    this.keys = keys;
  }

  /**
   * Secondaries that share the keys of a file.
   *
   * @throws FileFailure when the file cannot be used
   */
  public static Secondaries of(Path keyFile) throws FileFailure {
    return new Secondaries(KeyFile.read(keyFile, KeyFile.Weak.REFUSED));
  }

  /** The keys that permit a transfer. */
  public TsigKeys keys() {
    return TsigKeys.of(keys);
  }

  /**
   * Has these told of changes, once this is {@linkplain #start started}.
   *
   * @param listening the addresses of this server, which secondaries know
   * @param warnings told when a secondary does not reply, and when it does again
   * @throws FileFailure when the file has no key of the name that a secondary has
   */
  public void add(
      Path keyFile,
      List<Secondary> secondaries,
      ChallengeZone zone,
      RecordStore store,
      List<InetSocketAddress> listening,
      Consumer<String> warnings)
      throws FileFailure {
    for (Secondary secondary : secondaries) {
      notifiers.add(
          new Notifier(
              zone,
              store,
              secondary.address(),
              key(keyFile, secondary.key()),
              source(secondary.address().getAddress(), listening),
              warnings));
    }
  }

  private TsigKey key(Path keyFile, Optional<String> name) throws FileFailure {
    if (name.isEmpty()) {
      return keys.values().iterator().next();
    }
    try {
      TsigKey key = keys.get(Name.fromString(name.get().toLowerCase(Locale.ROOT), Name.root));
      if (key != null) {
        return key;
      }
    } catch (TextParseException e) {
      // Said below.
    }
    throw new FileFailure(keyFile, 0, "there is no key " + name.get() + " in it");
  }

  /** The address that secondaries know: the first one that is listened on, where it says which. */
  private static Optional<InetAddress> source(
      InetAddress secondary, List<InetSocketAddress> listening) {
    return listening.stream()
        .map(InetSocketAddress::getAddress)
        .filter(
            address -> !address.isAnyLocalAddress() && address.getClass() == secondary.getClass())
        .findFirst();
  }

  /** Begins to tell of changes. */
  public void start() {
    notifiers.forEach(Notifier::start);
  }

  @Override
  public void close() {
    notifiers.forEach(Notifier::close);
  }

  /**
   * A name server that follows the hosted zone.
   *
   * @param address where it takes NOTIFY messages
   * @param key the name of the key that signs these; the first one of the file where empty
   */
  public record Secondary(InetSocketAddress address, Optional<String> key) {}
}
