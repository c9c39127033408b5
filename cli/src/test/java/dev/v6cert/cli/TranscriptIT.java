package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.testing.NetworkNamespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The transcripts that need an address and an authority, run as processes in namespaces. */
class TranscriptIT {

  /**
   * The lines that follow where Pebble does not find the certificate that an order replaces: it
   * files it after it has handed it out, and not under its serial number where that begins with a
   * zero.
   */
  private static final String RENEWAL_NOT_TAKEN = "the CA takes it as no renewal";

  private static final int ATTEMPTS = 4;

  @Test
  void theMissionReadsAsRecorded(@TempDir Path networkHome, @TempDir Path home) throws Exception {
    Transcript transcript = Transcript.named("mission");
    for (int attempt = 1; ; attempt++) {
      Path there = Files.createDirectory(networkHome.resolve("network-" + attempt));
      Path here = Files.createDirectory(home.resolve("home-" + attempt));
      try (TestNetwork network = TestNetwork.create(there, settings -> settings)) {
        V6cert machine = network.machine(here);

        String now =
            transcript.replay(
                words -> machine.run(expanded(words, network)), text -> neutral(text, here, there));

        boolean byChance =
            network.pebble().hasReusedValidation() || now.contains(RENEWAL_NOT_TAKEN);
        if (!byChance || attempt == ATTEMPTS) {
          assertThat(now).isEqualTo(transcript.recorded());
          return;
        }
      }
    }
  }

  @Test
  void aMachineWithoutIpv6ReadsAsRecorded(@TempDir Path home) throws Exception {
    Transcript transcript = Transcript.named("offline");
    try (NetworkNamespace empty = NetworkNamespace.create()) {
      V6cert machine = new V6cert(empty::process, home);

      String now =
          transcript.replay(
              words -> machine.run(words.toArray(String[]::new)),
              text -> neutral(text, home, home));

      assertThat(now).isEqualTo(transcript.recorded());
    }
  }

  /** {@code $OPTIONS} stands for the options that lead to the network's authority. */
  private static String[] expanded(List<String> words, TestNetwork network) {
    List<String> all = new ArrayList<>();
    for (String word : words) {
      if (word.equals("$OPTIONS")) {
        all.addAll(network.options());
      } else {
        all.add(word);
      }
    }
    return all.toArray(String[]::new);
  }

  /** The text without what differs from run to run. */
  private static String neutral(String text, Path home, Path networkHome) {
    return text.replace(home.toString(), "/home/me")
        .replace(networkHome.toString(), "/home/me")
        .replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC", "<date>")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z", "<instant>")
        .replaceAll("\\(in \\d+d[^)]*\\) *", "(in <days>)  ")
        .replaceAll("(EXPIRES|RENEWAL) {3,}", "$1  ")
        .replaceAll("\\]:\\d{4,5} asked", "]:<port> asked")
        .replaceAll("(serial\\W+)[0-9a-f]+", "$1<serial>")
        .replaceAll("(Pebble Intermediate CA )[0-9a-f]+", "$1<hex>")
        .replaceAll("again in \\d+m?s", "again in <time>")
        .replaceAll("hook ran \\([^)]*\\)", "hook ran (<time>)")
        .lines()
        .map(String::stripTrailing)
        .reduce("", (all, line) -> all + line + "\n");
  }
}
