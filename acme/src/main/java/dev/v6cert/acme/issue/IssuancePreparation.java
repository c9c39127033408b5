package dev.v6cert.acme.issue;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.account.Keys;
import dev.v6cert.acme.client.AuthoritySession;
import java.security.KeyPair;
import java.util.ServiceLoader;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Prepares an issuance while the environment is checked: its key, and the code and the trust
 * anchors of HTTPS. Nothing is sent to anybody.
 */
public final class IssuancePreparation {

  private final KeyType type;
  private final AtomicReference<@Nullable FutureTask<KeyPair>> begun;

  private IssuancePreparation(KeyType type, FutureTask<KeyPair> begun) {
    this.type = type;
    this.begun = new AtomicReference<>(begun);
  }

  /** Begins with what is the same for every authority and key: the loading of code. */
  public static void prepare() {
    beside("preparation-tls", AuthoritySession::prepareTls);
    beside("preparation-http", AuthoritySession::prepareHttp);
    // The index of every jar, which the JDK reads when the first process is started.
    beside("preparation-jars", () -> ServiceLoader.load(System.LoggerFinder.class).findFirst());
  }

  /** A failure is ignored here: it occurs again, and is reported, where the result is needed. */
  private static void beside(String name, Runnable task) {
    Thread.ofPlatform().daemon().name(name).uncaughtExceptionHandler((_, _) -> {}).start(task);
  }

  /** Begins, on threads that keep no process alive. */
  public static IssuancePreparation begin(CertificateAuthority authority, KeyType type) {
    FutureTask<KeyPair> key = new FutureTask<>(() -> Keys.generate(type));
    beside("preparation-key", key);
    if (!authority.isLocal()) {
      beside("preparation-https", () -> AuthoritySession.prepare(authority));
    }
    return new IssuancePreparation(type, key);
  }

  /** A key that nobody had before: the one that was begun, or a new one. */
  KeyPair key(KeyType wanted) {
    FutureTask<KeyPair> key = begun.getAndSet(null);
    if (key == null || wanted != type) {
      return Keys.generate(wanted);
    }
    try {
      return key.get();
    } catch (ExecutionException e) {
      return Keys.generate(wanted);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Keys.generate(wanted);
    }
  }
}
