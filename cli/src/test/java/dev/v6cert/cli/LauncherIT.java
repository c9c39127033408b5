package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.warmup.CacheTrainingState;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped launcher and its caches of loaded classes, from a directory with a blank in it. */
class LauncherIT {

  private static final long LIMIT_SECONDS = 120;
  private static final String JAVA_HOME = System.getProperty("java.home");

  @TempDir static Path scratch;
  static Path app = Path.of("unset");

  @BeforeAll
  static void assemble() throws Exception {
    assumeThat(Path.of("/bin/sh")).as("a Unix shell, which the launcher is written for").exists();
    app = Files.createDirectories(scratch.resolve("an app"));
    Path lib = Files.createDirectories(app.resolve("lib"));
    for (Path jar : jars(Path.of(System.getProperty("v6cert.lib")))) {
      Files.copy(jar, lib.resolve(jar.getFileName()));
    }
    makeLean(jars(lib));
    Path sources = Path.of("src/main/launcher");
    Files.createDirectories(app.resolve("bin"));
    Files.copy(sources.resolve("v6cert"), app.resolve("bin/v6cert"));
    Files.copy(sources.resolve("make-cache"), lib.resolve("make-cache"));
    Files.writeString(lib.resolve("id"), "0123456789abcdef\n");
    run(
        lib.resolve("make-cache").toString(),
        JAVA_HOME,
        app.toString(),
        "light",
        cache().toString());
  }

  private static List<Path> jars(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    }
  }

  /** As the scripts do that make a directory to run from. */
  private static void makeLean(List<Path> jars) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(JAVA_HOME + "/bin/java"));
    command.add("../scripts/LeanJars.java");
    jars.forEach(jar -> command.add(jar.toString()));
    assertThat(run(command.toArray(String[]::new))).isEqualTo(new Outcome("", 0));
  }

  private static Path cache() {
    return app.resolve("lib/cache/light-0123456789abcdef-" + Runtime.version() + ".aot");
  }

  private record Outcome(String out, int code) {}

  /** Runs a command with nothing of this JVM's environment; its two streams in one. */
  private static Outcome run(Map<String, String> variables, String... command)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(scratch, "out", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("V6CERT_"));
    builder.environment().put("HOME", scratch.toString());
    builder.environment().put("JAVA_HOME", JAVA_HOME);
    builder.environment().put("V6CERT_STATE_DIR", scratch.resolve("state").toString());
    builder.environment().putAll(variables);
    Process process = builder.start();
    process.getOutputStream().close();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(List.of(command) + " hangs: " + Files.readString(out));
    }
    return new Outcome(Files.readString(out, StandardCharsets.UTF_8), process.exitValue());
  }

  private static Outcome run(String... command) throws IOException, InterruptedException {
    return run(Map.of(), command);
  }

  private static Outcome v6cert(Map<String, String> variables, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(words));
    command.addFirst(app.resolve("bin/v6cert").toString());
    return run(variables, command.toArray(String[]::new));
  }

  private static final String[] NAME = {"name", "2800:3f0:4001:810::200e"};
  private static final Outcome ANSWER = new Outcome("2800-3f0-4001-810-0-0-0-200e.sslip.io\n", 0);

  @Test
  void itsLibrariesAreUnsignedAndHaveShortManifestsAndTheSameFiles() throws Exception {
    Path signed = Path.of(System.getProperty("v6cert.lib"));
    int digests = 0;
    for (Path jar : jars(app.resolve("lib"))) {
      try (JarFile lean = new JarFile(jar.toFile());
          JarFile whole = new JarFile(signed.resolve(jar.getFileName()).toFile())) {
        Manifest before = Objects.requireNonNull(whole.getManifest());
        Manifest after = Objects.requireNonNull(lean.getManifest());
        digests += before.getEntries().size();
        assertThat(after.getEntries()).as(jar.toString()).isEmpty();
        assertThat(after.getMainAttributes().toString()).as(jar.toString()).hasSizeLessThan(1500);
        assertThat(lean.isMultiRelease()).as(jar.toString()).isEqualTo(whole.isMultiRelease());
        assertThat(names(lean)).isEqualTo(names(whole)).hasSize(lean.size());
      }
    }
    assertThat(digests).isGreaterThan(1000);
  }

  /** The files of a jar but for its signatures. */
  private static List<String> names(JarFile jar) {
    return jar.stream()
        .map(ZipEntry::getName)
        .filter(name -> !name.matches("META-INF/[^/]*[.](SF|DSA|RSA|EC)"))
        .sorted()
        .toList();
  }

  @Test
  void librariesMadeLeanTwiceAreTheSame() throws Exception {
    List<Path> jars = jars(app.resolve("lib"));
    List<String> once = digests(jars);

    makeLean(jars);

    assertThat(digests(jars)).isEqualTo(once);
  }

  private static List<String> digests(List<Path> files) throws Exception {
    List<String> digests = new ArrayList<>();
    for (Path file : files) {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      digests.add(HexFormat.of().formatHex(digest) + " " + file);
    }
    return digests;
  }

  @Test
  void itRunsThroughLinksToIt() throws Exception {
    Path relative = Files.createSymbolicLink(app.resolve("bin/v6"), Path.of("v6cert"));
    Path absolute = Files.createSymbolicLink(scratch.resolve("v6"), relative);

    assertThat(run(absolute.toString(), NAME[0], NAME[1])).isEqualTo(ANSWER);
  }

  @Test
  void aScheduleCallsTheLinkByWhichItWasStarted() throws Exception {
    Path link = Files.createSymbolicLink(scratch.resolve("stable"), app.resolve("bin/v6cert"));

    assertThat(run(link.toString(), "schedule", "--by", "cron").out())
        .contains(link + " renew --quiet")
        .doesNotContain("an app");
    assertThat(run(app.resolve("bin/v6cert").toString(), "schedule", "--by", "cron").out())
        .contains("'" + app.resolve("bin/v6cert") + "' renew --quiet");
  }

  @Test
  void itNeedsNothingOfTheEnvironment() throws Exception {
    assertThat(
            run(
                "/usr/bin/env",
                "-i",
                "PATH=" + JAVA_HOME + "/bin:/usr/bin:/bin",
                app.resolve("bin/v6cert").toString(),
                NAME[0],
                NAME[1]))
        .isEqualTo(ANSWER);
  }

  @Test
  void itsCacheIsMadeWithNothingOfTheEnvironment() throws Exception {
    Path file = scratch.resolve("bare caches/least.aot");

    Outcome outcome =
        run(
            "/usr/bin/env",
            "-i",
            "PATH=/usr/bin:/bin",
            app.resolve("lib/make-cache").toString(),
            JAVA_HOME,
            app.toString(),
            "least",
            file.toString());

    assertThat(outcome).isEqualTo(new Outcome("", 0));
    assertThat(file).isRegularFile();
  }

  @Test
  void withTheCacheALightCommandLoadsAndMakesNoClassOfItsOwn() throws Exception {
    assertThat(cache()).isRegularFile();
    String state = sampleState().toString();
    for (String line : List.of("--version", "name 2800:3f0:4001:810::200e", "list", "renew")) {
      Path log = Files.createTempFile(scratch, "classes", ".log");
      Outcome outcome =
          v6cert(
              Map.of(
                  "V6CERT_JAVA_OPTIONS",
                  "-Xlog:class+load:file=" + log,
                  "V6CERT_STATE_DIR",
                  state,
                  "LC_ALL",
                  "C.UTF-8"), // As the cache was made.
              line.split(" ", -1));

      assertThat(outcome.code()).as(outcome.out()).isZero();
      assertThat(Files.readAllLines(log))
          .as(line)
          .anyMatch(loaded -> loaded.contains("dev.v6cert.cli.Main "))
          .allMatch(loaded ->
              loaded.contains("source: shared objects file")
                  || loaded.contains(" jdk.internal.event.")); // Which no cache holds.
    }
  }

  private static Path sampleState() throws IOException, InterruptedException {
    Path keys = scratch.resolve("sample.p12");
    Path state = scratch.resolve("sample state");
    String keytool =
        "-genkeypair -keyalg EC -dname CN=sample -ext san=dns:2001-db8--1.example -validity 3650"
            + " -alias sample -storetype PKCS12 -storepass sample -keystore";
    List<String> command = new ArrayList<>(List.of(JAVA_HOME + "/bin/keytool"));
    command.addAll(List.of(keytool.split(" ")));
    command.add(keys.toString());
    assertThat(run(command.toArray(String[]::new)).code()).isZero();
    String jar = app.resolve("lib/v6cert.jar").toString();
    String java = JAVA_HOME + "/bin/java";
    Outcome made =
        run(
            java,
            "-cp",
            jar,
            CacheTrainingState.class.getName(),
            keys.toString(),
            state.toString());
    assertThat(made.code()).as(made.out()).isZero();
    return state;
  }

  @Test
  void aCacheThatDoesNotFitIsPassedOverInSilence() throws Exception {
    Path whole = scratch.resolve("whole.aot");
    Files.move(cache(), whole);
    try {
      byte[] octets = Files.readAllBytes(whole);
      Files.write(cache(), Arrays.copyOf(octets, octets.length / 2));
      assertThat(v6cert(Map.of(), NAME)).isEqualTo(ANSWER);

      Files.writeString(cache(), "no cache\n");
      assertThat(v6cert(Map.of(), NAME)).isEqualTo(ANSWER);

      Files.delete(cache());
      assertThat(v6cert(Map.of(), NAME)).isEqualTo(ANSWER);
    } finally {
      Files.deleteIfExists(cache());
      Files.move(whole, cache());
    }
  }

  @Test
  void optionsThatAreNoneOfTheJvmAreRefused() throws Exception {
    Outcome outcome = v6cert(Map.of("V6CERT_JAVA_OPTIONS", "nonsense"), NAME);

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.out())
        .isEqualTo(
            """
            error: V6CERT_JAVA_OPTIONS begins with "nonsense", which is not an option of the JVM
              it takes words such as -Xmx256m
            """);
  }

  @Test
  void theDnsServerHasItsSmallHeapAndAllCompilersWhereverItsNameStands() throws Exception {
    Map<String, String> flags = Map.of("V6CERT_JAVA_OPTIONS", "-XX:+PrintFlagsFinal");
    List<String> words = new ArrayList<>(List.of("--debug", "--color=never"));
    for (Setting<?> setting : GlobalSettings.ALL) {
      if (setting.kind() != Setting.Kind.SWITCH) {
        words.add(setting.flag());
        words.add(setting.flag().equals("--color") ? "never" : scratch.resolve("x").toString());
      }
    }
    words.add("dns-server"); // Without a zone it ends at once.

    assertThat(v6cert(flags, words.toArray(String[]::new)).out())
        .containsPattern("MaxHeapSize += 67108864 ")
        .containsPattern("ExitOnOutOfMemoryError += true ")
        .containsPattern("TieredStopAtLevel += 4 ");
    assertThat(v6cert(flags, "--quiet", "obtain", "--nonsense").out())
        .containsPattern("MaxHeapSize += 25165824 ")
        .containsPattern("TieredStopAtLevel += 1 ");
    assertThat(v6cert(flags, "renew", "--nonsense").out())
        .containsPattern("MaxHeapSize += 25165824 ")
        .containsPattern("TieredStopAtLevel += 1 ");
    assertThat(v6cert(flags, "--quiet", "list").out()).containsPattern("TieredStopAtLevel += 1 ");
  }

  @Test
  void upHasItsCompilersWhateverItsCommandIsTold() throws Exception {
    Map<String, String> flags = Map.of("V6CERT_JAVA_OPTIONS", "-XX:+PrintFlagsFinal");

    assertThat(v6cert(flags, "up", "--nonsense", "--", "serve", "-h", "0.0.0.0").out())
        .contains("v6cert up has no option --nonsense")
        .containsPattern("MaxHeapSize += 67108864 ")
        .containsPattern("FreqInlineSize += 50 ")
        .containsPattern("TieredStopAtLevel += 4 ");
    assertThat(v6cert(flags, "up", "-h").out()).containsPattern("TieredStopAtLevel += 1 ");
  }

  @Test
  void upMakesTheJvmWarnOfNothing(@TempDir Path site) throws Exception {
    Files.write(site.resolve("large"), new byte[300_000]); // Buffers are given back after it.
    Path err = site.resolve("up.err");
    Path out = site.resolve("up.out");
    String[] words = {"up", site + "", "--local", "--public", "--no-inspect", "--json"};
    List<String> command = new ArrayList<>(List.of(app.resolve("bin/v6cert").toString()));
    command.addAll(List.of(words));
    command.addAll(
        List.of("--https-port", FreePorts.next() + "", "--http-port", FreePorts.next() + ""));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(err.toFile()).redirectOutput(out.toFile());
    builder.environment().put("HOME", scratch.toString());
    builder.environment().put("JAVA_HOME", JAVA_HOME);
    builder.environment().put("V6CERT_STATE_DIR", scratch.resolve("local").toString());
    Process up = builder.start();
    try {
      Matcher url = Pattern.compile("\"url\": ?\"https://[^\"]*?:(\\d+)/").matcher("");
      while (up.isAlive() && !url.reset(Files.readString(out)).find()) {
        Thread.sleep(50);
      }
      assertThat(up.isAlive()).as(Files.readString(err)).isTrue();
      String large = "https://127.0.0.1:" + url.group(1) + "/large";
      assertThat(run("curl", "-sSk", large).out()).hasSize(300_000);
    } finally {
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(Files.readString(err)).doesNotContain("WARNING").contains("serving");
  }

  @Test
  void optionsForTheJvmAreNotTakenForSettings() throws Exception {
    assertThat(
            v6cert(
                Map.of("V6CERT_JAVA_HOME", JAVA_HOME, "V6CERT_NO_CACHE", "1"), "--quiet", "list"))
        .isEqualTo(new Outcome("", 0));
  }
}
