package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The root of the local CA for phones, fetched by another machine of the LAN. */
class ShareIT {

  private static final String IPHONE =
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1";
  private static final String ANDROID =
      "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/142.0 Mobile";

  private static final String PROFILE =
      """
      import plistlib, sys
      profile = plistlib.load(sys.stdin.buffer)
      payload, = profile["PayloadContent"]
      assert profile["PayloadType"] == "Configuration"
      assert payload["PayloadType"] == "com.apple.security.root"
      sys.stdout.buffer.write(payload["PayloadContent"])
      """;

  static NetworkNamespace lan;
  static NetworkNamespace phone;
  @TempDir static Path home;
  static V6cert machine = V6cert.here(Path.of(""));

  @BeforeAll
  static void connect() throws Exception {
    lan = NetworkNamespace.create();
    phone = lan.neighbour();
    lan.connect("eth0", phone, "eth0");
    lan.run("ip", "address", "add", "192.168.1.10/24", "dev", "eth0");
    phone.run("ip", "address", "add", "192.168.1.20/24", "dev", "eth0");
    machine = new V6cert(lan::process, home);
    assertThat(machine.run("obtain", "--ca", "local").code()).isZero();
  }

  @AfterAll
  static void end() {
    if (lan != null) {
      lan.close();
      phone.close();
    }
  }

  @Test
  void atTheLastPortTheProbeHasAnother() throws Exception {
    Process share =
        machine.process(List.of(), List.of("trust", "share", "--share-port", "65535")).start();
    try {
      String link = share.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(link).startsWith("http://192.168.1.10:65535/");
      assertThat(fetch(link, ANDROID)).contains("data-probe=\"https://192.168.1.10:");
    } finally {
      share.destroy();
      assertThat(share.waitFor()).isZero();
    }
  }

  @Test
  void servesTheRootAndTheStepsAndNothingElseUntilItIsStopped() throws Exception {
    Path notes = home.resolve("notes");
    Process share =
        machine.process(List.of(), List.of("trust", "share")).redirectError(notes.toFile()).start();
    try {
      String link =
          new BufferedReader(new InputStreamReader(share.getInputStream(), StandardCharsets.UTF_8))
              .readLine();
      assertThat(link).matches("http://192\\.168\\.1\\.10:8765/[0-9a-f]{8}/");
      Path der = home.resolve("root.der");
      TrustRoot.run(
          List.of(
              "openssl",
              "x509",
              "-in",
              machine.state().resolve("local-ca/root.pem") + "",
              "-outform",
              "der",
              "-out",
              der.toString()));
      String fingerprint =
          TrustRoot.run(
                  List.of("openssl", "x509", "-in", der + "", "-noout", "-fingerprint", "-sha256"))
              .strip()
              .replaceFirst(".*=", "");

      assertThat(fetch(link, IPHONE))
          .contains(fingerprint.replace(":", ":<wbr>"), "<details open><summary>iPhone, iPad")
          .contains("Certificate Trust Settings");
      assertThat(fetch(link, ANDROID)).contains("<details open><summary>Android");
      String probe = "https://192.168.1.10:8766/" + link.replaceFirst(".*8765/", "") + "trusted";
      assertThat(fetch(link, IPHONE)).contains("data-probe=\"" + probe + "\"");
      assertThat(head(link)).contains("connect-src " + probe + "\r\n");
      assertThat(head(probe)).isEmpty(); // Without trust in the root.
      assertThat(head(probe, "--cacert", machine.state().resolve("local-ca/root.pem") + ""))
          .contains("200 OK");
      assertThat(bytes(link + "v6cert.crt")).isEqualTo(Files.readAllBytes(der));
      Path profile = Files.write(home.resolve("profile"), bytes(link + "v6cert.mobileconfig"));
      Path script = Files.writeString(home.resolve("profile.py"), PROFILE);
      TrustRoot.run(
          List.of(
              "sh",
              "-ec",
              "python3 \"$0\" < \"$1\" | cmp - \"$2\"",
              script + "",
              profile + "",
              der.toString()));
      assertThat(head(link + "v6cert.mobileconfig"))
          .contains("200 OK", "application/x-apple-aspen-config");
      String host = link.replaceFirst("[0-9a-f]{8}/$", "");
      for (String other :
          List.of(host, host + "v6cert.crt", link + "../", link + "authority.properties")) {
        assertThat(head(other)).as(other).contains("404 Not Found");
      }
      Outcome second = machine.run("trust", "share", "--time", "1s");
      assertThat(second.code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
      assertThat(second.err())
          .contains("cannot listen on 192.168.1.10:8765", "(process " + share.pid() + ")");
    } finally {
      share.destroy();
    }
    assertThat(share.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(notes).content().contains("compare the SHA-256 fingerprint: ", "10 minutes");
  }

  @Test
  void doesWithoutTheLookForTrustWhereItsPortIsInUse() throws Exception {
    Process other = lan.process(List.of("python3", "-m", "http.server", "8771")).start();
    try {
      for (int i = 0; i < 100 && head("http://192.168.1.10:8771/").isEmpty(); i++) {
        Thread.sleep(50);
      }
      Process share =
          machine
              .process(List.of(), List.of("trust", "share", "--share-port", "8770"))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        String link = share.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(fetch(link, IPHONE)).contains("Certificate Trust").doesNotContain("<script");
        assertThat(head(link)).doesNotContain("script-src");
      } finally {
        share.destroy();
      }
    } finally {
      other.destroyForcibly();
    }
  }

  @Test
  void stopsByItself() throws Exception {
    Outcome outcome = machine.run("trust", "share", "--time", "1s", "--share-port", "0");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err()).contains("the time is over");
  }

  private static String fetch(String url, String agent) throws Exception {
    Process curl = phone.process(List.of("curl", "-sS", "-A", agent, url)).start();
    return new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String url) throws Exception {
    return phone.process(List.of("curl", "-sSf", url)).start().getInputStream().readAllBytes();
  }

  private static String head(String url, String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of("curl", "-sSI", "--path-as-is", url));
    words.addAll(List.of(options));
    Process curl = phone.process(words).start();
    return new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
