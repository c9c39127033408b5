package dev.v6cert.testing;

import dev.v6cert.acme.CertificateAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Pebble, the test authority of Let's Encrypt: validates for real, forgets everything when
 * it ends. Its HTTPS is signed by an authority of its own, {@link #httpsRoot}; what it issues by
 * another, {@link #issuingRoot}.
 *
 * <p>{@code -Dv6cert.pebble=/path} chooses the binary; else the newest of the Go tools' directory
 * and the PATH is taken. Without any, the test is skipped and says so.
 */
public final class Pebble implements AutoCloseable {

  /** The capability to offer profiles (draft-ietf-acme-profiles). */
  public static final String PROFILES = "profiles";

  private Process process;
  private Optional<Starter> again = Optional.empty();
  private final URI directory;
  private final URI management;
  private final Path httpsRoot;
  private final Path issuingRoot;
  private final Path log;
  private final int httpPort;
  private final Optional<StubDns> dns;

  private Pebble(
      Process process,
      URI directory,
      URI management,
      Path httpsRoot,
      Path issuingRoot,
      Path log,
      int httpPort,
      Optional<StubDns> dns) {
    this.process = process;
    this.directory = directory;
    this.management = management;
    this.httpsRoot = httpsRoot;
    this.issuingRoot = issuingRoot;
    this.log = log;
    this.httpPort = httpPort;
    this.dns = dns;
  }

  /** The settings of a Pebble; start with {@link #in}. */
  public static final class Settings {
    private final Path home;
    private InetAddress listen = InetAddress.ofLiteral("127.0.0.1");
    private int httpPort;
    private int tlsPort = 5001;
    private Optional<String> dnsServer = Optional.empty();
    private Optional<Duration> lifetime = Optional.empty();
    private List<String> profiles = List.of();
    private Map<String, String> externalAccounts = Map.of();
    private Optional<NetworkNamespace> namespace = Optional.empty();
    private final Map<String, String> environment = new TreeMap<>();

    private Settings(Path home) {
      this.home = home;
      environment.put("PEBBLE_VA_NOSLEEP", "1");
      environment.put("PEBBLE_WFE_NONCEREJECT", "0");
      environment.put("PEBBLE_AUTHZREUSE", "0");
    }

    /** The address to listen on; 127.0.0.1 unless told otherwise. */
    public Settings listen(InetAddress address) {
      listen = address;
      return this;
    }

    /** The port that HTTP-01 validation connects to; else a free one. */
    public Settings httpPort(int port) {
      httpPort = port;
      return this;
    }

    /** The port that TLS-ALPN-01 validation connects to; 5001 unless told otherwise. */
    public Settings tlsPort(int port) {
      tlsPort = port;
      return this;
    }

    /** The only DNS server asked; else one that has every name lead to ::1. */
    public Settings dnsServer(String hostAndPort) {
      dnsServer = Optional.of(hostAndPort);
      return this;
    }

    /** The number of good nonces in 100 that are refused; none by default. */
    public Settings rejectingNonces(int percent) {
      environment.put("PEBBLE_WFE_NONCEREJECT", Integer.toString(percent));
      return this;
    }

    /** The lifetime of its certificates; five years by default. */
    public Settings lifetime(Duration duration) {
      lifetime = Optional.of(duration);
      return this;
    }

    /** The profiles it offers beside {@code default}; a Pebble before 2.7 knows none. */
    public Settings profiles(String... names) {
      profiles = List.of(names);
      return this;
    }

    /** Opens accounts only for those who have one of these: HMAC keys in base64url by key id. */
    public Settings externalAccounts(Map<String, String> keys) {
      externalAccounts = Map.copyOf(keys);
      return this;
    }

    /** Runs it in the namespace, on the ports 14000 and 15000. */
    public Settings inside(NetworkNamespace where) {
      namespace = Optional.of(where);
      return this;
    }

    /** One of Pebble's environment variables. */
    public Settings environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Starts it, and waits until it answers. */
    public Pebble start() throws IOException {
      return Pebble.start(this, binary());
    }
  }

  /** A Pebble that keeps its files in an existing directory. */
  public static Settings in(Path home) {
    return new Settings(home);
  }

  /** The Pebble to run; the test is skipped, with the reason, where there is none. */
  public static Path binary() {
    String chosen = System.getProperty("v6cert.pebble", "");
    if (!chosen.isEmpty()) {
      return Path.of(chosen);
    }
    Stream<Path> candidates =
        Stream.concat(
            Stream.of(
                Path.of(System.getenv().getOrDefault("GOPATH", "/nonexistent"), "bin"),
                Path.of(System.getProperty("user.home"), "go", "bin")),
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":")).map(Path::of));
    Optional<Path> found =
        candidates.map(bin -> bin.resolve("pebble")).filter(Files::isExecutable).findFirst();
    return found.orElseGet(
        () -> Assumptions.abort("there is no pebble on the PATH or in ~/go/bin"));
  }

  /**
   * Skips the test where the Pebble to run is too old for what it needs: the word is not in the
   * program.
   *
   * @param capability a challenge's type, or {@link #PROFILES}
   */
  public static void need(String capability) throws IOException {
    String program = Files.readString(binary(), StandardCharsets.ISO_8859_1);
    Assumptions.assumeTrue(
        program.contains(capability),
        () -> "this pebble knows no " + capability + "; version 2.10 does");
  }

  private static Pebble start(Settings settings, Path binary) throws IOException {
    Path home = settings.home;
    TestAuthority authority = new TestAuthority("HTTPS of Pebble");
    Path httpsRoot = authority.writeRoot(home.resolve("https-root.pem"));
    String listen = settings.listen.getHostAddress();
    KeyPair keys = TestAuthority.newKeys();
    X509Certificate leaf =
        authority.leaf(
            keys.getPublic(),
            List.of(TestAuthority.dns("localhost"), TestAuthority.ip(listen)),
            Duration.ofDays(30));
    Files.writeString(home.resolve("https.pem"), TestAuthority.pem(leaf));
    Files.writeString(home.resolve("https.key"), TestAuthority.pem(keys.getPrivate()));
    boolean here = settings.namespace.isEmpty();
    int acmePort = here ? FreePorts.next() : 14000;
    int managementPort = here ? FreePorts.next() : 15000;
    int httpPort = settings.httpPort != 0 ? settings.httpPort : FreePorts.next();
    Path config = home.resolve("pebble.json");
    Files.writeString(
        config, config(settings, bracketed(listen), acmePort, managementPort, httpPort));

    List<String> command = new ArrayList<>(List.of(binary.toString(), "-config", config + ""));
    Optional<StubDns> dns =
        settings.dnsServer.isPresent() ? Optional.empty() : Optional.of(StubDns.answering("::1"));
    String server = dns.map(StubDns::hostAndPort).or(() -> settings.dnsServer).orElseThrow();
    command.addAll(List.of("-dnsserver", server));
    ProcessBuilder builder =
        settings
            .namespace
            .map(it -> it.process(command))
            .orElseGet(() -> new ProcessBuilder(command));
    builder.environment().putAll(settings.environment);
    Path log = home.resolve("pebble.log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    String host = here && listen.equals("127.0.0.1") ? "localhost" : bracketed(listen);
    URI root = URI.create("https://" + host + ":" + managementPort + "/roots/0");
    Path issuingRoot = home.resolve("issuing-root.pem");
    try {
      Files.writeString(issuingRoot, fetch(settings, root, httpsRoot));
    } catch (IOException e) {
      process.destroyForcibly();
      dns.ifPresent(Pebble::end);
      throw new IOException(Files.readString(log, StandardCharsets.UTF_8), e);
    }
    URI directory = URI.create("https://" + host + ":" + acmePort + "/dir");
    Pebble pebble =
        new Pebble(process, directory, root, httpsRoot, issuingRoot, log, httpPort, dns);
    pebble.again =
        Optional.of(() -> {
          Process next = builder.start();
          Files.writeString(issuingRoot, fetch(settings, root, httpsRoot));
          return next;
        });
    return pebble;
  }

  /** Starts it once more, and waits until it answers. */
  private interface Starter {
    Process start() throws IOException;
  }

  private static String fetch(Settings settings, URI address, Path trusted) throws IOException {
    return settings.namespace.isPresent()
        ? settings
            .namespace
            .get()
            .runJava(PebbleProbe.class, address.toString(), trusted.toString())
        : PebbleProbe.fetch(address, trusted);
  }

  private static String config(
      Settings settings, String host, int acmePort, int managementPort, int httpPort) {
    String lifetime = lifetimes(settings);
    return """
    {"pebble": {
      "listenAddress": "%s:%d", "managementListenAddress": "%s:%d",
      "certificate": "%s", "privateKey": "%s",
      "httpPort": %d, "tlsPort": %d, "ocspResponderURL": "",
      "externalAccountBindingRequired": %b, "externalAccountMACKeys": {%s},
      "retryAfter": {"authz": 0, "order": 0}%s
    }}
    """
        .formatted(
            host,
            acmePort,
            host,
            managementPort,
            settings.home.resolve("https.pem"),
            settings.home.resolve("https.key"),
            httpPort,
            settings.tlsPort,
            !settings.externalAccounts.isEmpty(),
            settings.externalAccounts.entrySet().stream()
                .map(it -> "\"" + it.getKey() + "\": \"" + it.getValue() + "\"")
                .collect(Collectors.joining(", ")),
            lifetime);
  }

  /** The first is read by Pebble before 2.7, the others since then. */
  private static String lifetimes(Settings settings) {
    if (settings.lifetime.isEmpty() && settings.profiles.isEmpty()) {
      return "";
    }
    long seconds = settings.lifetime.orElse(Duration.ofDays(90)).toSeconds();
    StringBuilder profiles = new StringBuilder(profile("default", seconds));
    for (String name : settings.profiles) {
      long shortLife = Duration.ofHours(160).toSeconds();
      profiles.append(", ").append(profile(name, name.equals("shortlived") ? shortLife : seconds));
    }
    return ", \"certificateValidityPeriod\": %d, \"profiles\": {%s}".formatted(seconds, profiles);
  }

  private static String profile(String name, long seconds) {
    return "\"%s\": {\"description\": \"\", \"validityPeriod\": %d}".formatted(name, seconds);
  }

  private static String bracketed(String address) {
    return address.contains(":") ? "[" + address + "]" : address;
  }

  /** The address of its ACME directory. */
  public URI directory() {
    return directory;
  }

  /** The status of a certificate that it issued, as JSON; only where it runs in no namespace. */
  public String status(X509Certificate certificate) throws IOException {
    String serial = certificate.getSerialNumber().toString(16);
    return PebbleProbe.fetch(management.resolve("/cert-status-by-serial/" + serial), httpsRoot);
  }

  /** A PEM file with what signed its HTTPS. */
  public Path httpsRoot() {
    return httpsRoot;
  }

  /** A PEM file with the root of what it issues. */
  public Path issuingRoot() {
    return issuingRoot;
  }

  /** The port that its HTTP-01 validation connects to. */
  public int httpPort() {
    return httpPort;
  }

  /** The log so far. */
  public String log() throws IOException {
    return Files.readString(log);
  }

  /**
   * Whether it took an earlier validation for a new order, as it does with one in a hundred even
   * where it is told never to. Every order has to be for one name.
   */
  public boolean hasReusedValidation() throws IOException {
    return lines("orders in the db") > lines("authorizations in the db");
  }

  private long lines(String text) throws IOException {
    return log().lines().filter(line -> line.contains(text)).count();
  }

  private static void end(StubDns dns) {
    try {
      dns.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The certificate by which a client trusts it. */
  public CertificateAuthority authority() {
    return CertificateAuthority.of(directory.toString()).trusting(httpsRoot);
  }

  /** Ends it and starts it at the same address, where it knows nothing any more. */
  public void restart() throws IOException {
    process.destroyForcibly();
    process.onExit().join();
    process = again.orElseThrow().start();
  }

  /** Ends it. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
    dns.ifPresent(Pebble::end);
  }
}
