package dev.v6cert.proxy;

import dev.v6cert.base.ServerKeys;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of the front, by the server name that a client asks for. They can be swapped
 * while connections are made; those that are there keep theirs.
 */
public final class CertificateKeys extends ServerKeys {

  /** As many as may be asked for by handshakes that began before the last swaps. */
  private static final int KEPT = 8;

  private final AtomicInteger count = new AtomicInteger();
  private volatile List<Entry> entries = List.of();

  private record Entry(
      String alias, List<String> names, PrivateKey key, List<X509Certificate> chain) {}

  /**
   * Serves a certificate from now on, for its names, and for clients that ask for no known one.
   *
   * @param names the names and addresses that it is for
   */
  public synchronized void serve(List<String> names, PrivateKey key, List<X509Certificate> chain) {
    List<Entry> next = new ArrayList<>();
    next.add(
        new Entry(
            "c" + count.incrementAndGet(),
            names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList(),
            key,
            List.copyOf(chain)));
    next.addAll(entries.subList(0, Math.min(entries.size(), KEPT - 1)));
    entries = List.copyOf(next);
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    String asked = engine == null ? "" : serverName(engine.getHandshakeSession());
    Entry first = null;
    for (Entry entry : entries) {
      if (fits(entry, keyType)) {
        if (entry.names().contains(asked)) {
          return entry.alias();
        }
        first = first == null ? entry : first;
      }
    }
    return first == null ? null : first.alias();
  }

  private static boolean fits(Entry entry, String keyType) {
    String algorithm = entry.key().getAlgorithm();
    return keyType.equals(algorithm)
        || (algorithm.equals("RSA") && keyType.startsWith("RSA"))
        || (algorithm.equals("EC") && keyType.startsWith("EC"));
  }

  private @Nullable Entry find(String alias) {
    for (Entry entry : entries) {
      if (entry.alias().equals(alias)) {
        return entry;
      }
    }
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    Entry entry = find(alias);
    return entry == null ? null : entry.chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    Entry entry = find(alias);
    return entry == null ? null : entry.key();
  }
}
