package dev.v6cert.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The options for the JVM that the launcher gives to a command, its cache of loaded classes among
 * them: the caches are made once for a build, beside the jars.
 */
final class LauncherOptions {

  private static final List<String> OF_EVERY_COMMAND =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-Xlog:disable",
          "-Xlog:all=warning,aot*=off,cds*=off:stderr",
          "--enable-native-access=ALL-UNNAMED");
  private static final String C1_ONLY = "-XX:TieredStopAtLevel=1";
  private static final List<String> SMALL_HEAP = List.of("-Xms8m", "-Xmx24m", "-Xmn4m");

  private static final Set<String> VALUED = Set.of("--state-dir", "--config", "--color");

  private static final Map<String, Path> caches = new HashMap<>();

  private LauncherOptions() {}

  /** The options for a command line. */
  static List<String> of(List<String> words) {
    List<String> options = new ArrayList<>(OF_EVERY_COMMAND);
    String tier =
        switch (command(words)) {
          case "obtain", "check", "revoke", "account" -> {
            options.add(C1_ONLY);
            options.addAll(SMALL_HEAP);
            yield "full";
          }
          case "renew" -> {
            options.add(C1_ONLY);
            options.addAll(SMALL_HEAP);
            yield words.contains("--force") || words.contains("--dry-run") ? "full" : "light";
          }
          case "up" -> {
            options.addAll(
                List.of(
                    "-Xms16m",
                    "-Xmx64m",
                    "-XX:MaxDirectMemorySize=256m",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:FreqInlineSize=50",
                    "-XX:MaxInlineLevel=4",
                    "-XX:InlineSmallCode=700"));
            yield "full";
          }
          case "dns-server" -> {
            options.addAll(
                List.of(
                    "-Xms4m",
                    "-Xmx64m",
                    "-Xmn2m",
                    "-XX:TrimNativeHeapInterval=2000",
                    "-XX:+ExitOnOutOfMemoryError"));
            yield "dns";
          }
          default -> {
            options.add(C1_ONLY);
            yield "light";
          }
        };
    options.add("-XX:AOTCache=" + cache(tier));
    return options;
  }

  /** The first word that is neither an option nor the value of a global one; empty for none. */
  private static String command(List<String> words) {
    boolean isValue = false;
    for (String word : words) {
      if (!isValue && !word.startsWith("-")) {
        return word;
      }
      isValue = VALUED.contains(word);
    }
    return "";
  }

  /** All are made at the first use, so that no test waits for one amid its steps. */
  private static synchronized Path cache(String tier) {
    if (caches.isEmpty()) {
      try {
        for (String each : List.of("light", "full", "dns")) {
          caches.put(each, make(each));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return Objects.requireNonNull(caches.get(tier));
  }

  private static Path make(String tier) throws IOException {
    Path lib = Path.of(System.getProperty("v6cert.lib"));
    Path directory = Files.createDirectories(lib.resolveSibling("class-caches"));
    Path cache = directory.resolve(tier + "-" + Integer.toHexString(state(lib)) + ".aot");
    // Tests run in several processes at once.
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock _ = channel.lock()) {
      if (!Files.exists(cache)
          && !isTrained(tier, Objects.requireNonNull(lib.getParent()), cache)) {
        throw new IOException("no cache of loaded classes for the tests, " + tier);
      }
    }
    return cache;
  }

  /** Whether a cache was made; that of issuances is trained on one where a test CA can run. */
  private static boolean isTrained(String tier, Path home, Path cache) throws IOException {
    List<String> training =
        List.of(
            Path.of("src/main/launcher/make-cache").toAbsolutePath().toString(),
            System.getProperty("java.home"),
            home.toString(),
            tier,
            cache.toString());
    if (tier.equals("full")) {
      Path launcher = Files.createDirectories(home.resolve("bin")).resolve("v6cert");
      Files.copy(
          Path.of("src/main/launcher/v6cert"), launcher, StandardCopyOption.REPLACE_EXISTING);
      List<String> withAuthority = new ArrayList<>(training);
      withAuthority.addFirst("../scripts/with-test-ca");
      if (isDone(withAuthority, home)) {
        return true;
      }
    }
    return isDone(training, home);
  }

  private static boolean isDone(List<String> command, Path home) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    builder.environment().put("HOME_OF_V6CERT", home.toString());
    return builder.start().onExit().join().exitValue() == 0;
  }

  /** A hash of what the JVM compares of the jars that a cache was made of. */
  private static int state(Path lib) throws IOException {
    List<Object> state = new ArrayList<>();
    try (Stream<Path> jars = Files.list(lib)) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        state.addAll(
            Arrays.asList(jar.getFileName(), Files.size(jar), Files.getLastModifiedTime(jar)));
      }
    }
    return state.hashCode();
  }
}
