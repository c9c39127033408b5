package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The caches of loaded classes that a checkout makes itself: by its script, at a terminal, where
 * the user has settings of all kinds.
 */
class CacheIT {

  /** The time limit of a run that makes a cache, which takes the JVM many seconds of processor. */
  private static final long LIMIT_SECONDS = 600;

  private static final String SHARED = "source: shared objects file";
  private static final String LACKING =
      " --ca https://[::1]:1/dir --domain sample.example --no-dns-check --agree-tos"
          + " --address 2800:3f0:4001:810::200e";
  private static final String OBTAIN = "obtain" + LACKING;
  private static final String UP = "up 9" + LACKING;

  @TempDir static Path scratch;
  static Checkout checkout = new Checkout(Path.of("unset"));

  @BeforeAll
  static void make() throws IOException {
    assumeThat(Path.of("/usr/bin/script")).as("script, which makes a terminal").exists();
    checkout = Checkout.make(scratch.resolve("checkout"));
    // No setting of the user's has a say in the training.
    Path settings = Files.createDirectories(scratch.resolve(".config/v6cert"));
    Files.writeString(settings.resolve("v6cert.properties"), "pre-hook = touch " + hooked() + "\n");
  }

  private static Path hooked() {
    return scratch.resolve("hooked");
  }

  private static ProcessBuilder process(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(it -> it.startsWith("V6CERT_") || it.startsWith("XDG"));
    builder.environment().put("HOME", scratch.toString());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("V6CERT_STATE_DIR", scratch.resolve("state").toString());
    return builder;
  }

  private static String output(ProcessBuilder builder) throws IOException, InterruptedException {
    Path out = Files.createTempFile(scratch, "out", ".txt");
    Process process = builder.redirectOutput(out.toFile()).start();
    process.getOutputStream().close();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(builder.command() + " hangs: " + Files.readString(out));
    }
    return Files.readString(out, StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "least, --help, dev.v6cert.cli.OverallHelp",
    "light, list, dev.v6cert.acme.lineage.CertificateStore",
    "full, " + OBTAIN + ", dev.v6cert.acme.issue.CertificateIssuer java.net.http.HttpRequest",
    "up, " + UP + ", dev.v6cert.cli.up.UpSession dev.v6cert.acme.issue.CertificateIssuer",
    "dns, dns-server --zone example --listen [::1]:0, dev.v6cert.dns.pipeline.QueryPipeline",
  })
  void eachTiersCacheHasTheClassesThatItIsFor(String tier, String line, String classes)
      throws Exception {
    // The server would stay; without a zone it ends, and its cache is made before it starts.
    String first = tier.equals("dns") ? "dns-server" : line;
    String out =
        output(
            process(
                List.of(
                    "/usr/bin/script",
                    "--quiet",
                    "--command",
                    checkout.script() + " " + first,
                    "/dev/null")));
    assertThat(out)
        .contains(
            tier.equals("least")
                ? "Preparing a faster start of v6cert and the like, once"
                : "Preparing a faster start of v6cert "
                    + first.split(" ", 2)[0]
                    + " and the like, once")
        .doesNotContain("training failed");
    assertThat(hooked()).doesNotExist();
    assertThat(checkout.app().resolve("lib/cache"))
        .isDirectoryContaining(file -> file.getFileName().toString().startsWith(tier + "-"));

    List<String> loaded = loaded(line);

    for (String name : classes.split(" ", -1)) {
      assertThat(loaded).anyMatch(it -> it.contains(" " + name + " ") && it.contains(SHARED));
    }
    assertThat(loaded)
        .filteredOn(it -> it.contains(" dev.v6cert.") && !it.contains("$$")) // Made by the JVM.
        .isNotEmpty()
        .allMatch(it -> it.contains(SHARED));
  }

  /** The classes that a command loads; a server is ended as soon as it listens. */
  private static List<String> loaded(String line) throws IOException, InterruptedException {
    Path log = Files.createTempFile(scratch, "classes", ".log");
    List<String> command =
        new ArrayList<>(List.of(checkout.app().resolve("bin/v6cert").toString()));
    command.addAll(List.of(line.split(" ", -1)));
    ProcessBuilder builder = process(command);
    builder.environment().put("V6CERT_JAVA_OPTIONS", "-Xlog:class+load:file=" + log);
    Process process = builder.start();
    process.getOutputStream().close();
    StringBuilder out = new StringBuilder();
    try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
      for (String said = reader.readLine(); said != null; said = reader.readLine()) {
        out.append(said).append('\n');
        if (said.startsWith("listening on ")) {
          process.toHandle().destroy(); // Process.destroy() closes the stream that is read here.
        }
      }
    }
    assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).as(out.toString()).isTrue();
    return Files.readAllLines(log);
  }

  @Test
  void aTrainingWhoseCommandIsRefusedMakesNothingAndSaysWhy() throws Exception {
    Path cache = scratch.resolve("refused.aot");

    ProcessBuilder training =
        process(
            List.of(
                checkout.app().resolve("lib/make-cache").toString(),
                System.getProperty("java.home"),
                checkout.app().toString(),
                "full",
                cache.toString(),
                "--nonsense"));
    String out = output(training);

    assertThat(out).contains("training failed: obtain --nonsense").contains("ended with 64");
    assertThat(training.start().waitFor()).isEqualTo(1);
    assertThat(cache).doesNotExist();
  }
}
