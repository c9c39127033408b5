package dev.v6cert.cli.share;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.challenge.ListenAddress;
import dev.v6cert.base.ServerKeys;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.truststore.TrustedRoot;
import dev.v6cert.cli.up.QrCode;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.proxy.page.FilePages;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Serves the root to the local network for some minutes, and nothing else. By plain HTTP: a page
 * whose certificate is not trusted yet would teach people to click warnings away. The comparison of
 * the fingerprints makes the transfer safe.
 *
 * @param root the root
 * @param probe the keys of an HTTPS server that only who trusts the root connects to; empty where
 *     the authority cannot sign its address
 * @param address of this machine in the local network
 * @param port the port to listen on, and the one before that of the probe; 0 for any, the last for
 *     any of the probe
 * @param time after which it ends by itself
 */
public record ShareSession(
    TrustedRoot root, Optional<ServerKeys> probe, IpAddress address, int port, Duration time) {

  private static final int TOKEN_OCTETS = 4;
  private static final int LAST_PORT = 0xffff;

  /**
   * Serves until the time is over or the process is told to stop.
   *
   * @throws AcmeFailureException when the port cannot be bound
   */
  public void run(Console console, boolean drawing) throws AcmeFailureException {
    String fingerprint = root.fingerprint();
    String directory = "/" + token() + "/";
    String host = address.urlHost();
    try (TrustProbe server =
            TrustProbe.start(socket(port % LAST_PORT == 0 ? 0 : port + 1), probe, directory);
        FilePages pages = pages(files(directory, fingerprint, server.url(host)))) {
      announce(console, "http://" + host + ":" + pages.port() + directory, fingerprint, drawing);
      Thread.sleep(time);
      console.note("the time is over; v6cert trust share serves it again");
    } catch (InterruptedException e) {
      // The process was told to stop, and stops in good order.
    }
  }

  private FilePages pages(Map<String, FilePages.Content> files) throws AcmeFailureException {
    InetSocketAddress socket = socket(port);
    try {
      return FilePages.start(socket, Optional.empty(), files);
    } catch (IOException e) {
      throw ListenAddress.cannotBind(socket, e);
    }
  }

  private InetSocketAddress socket(int number) {
    return new InetSocketAddress(InetAddress.ofLiteral(address.toString()), number);
  }

  private void announce(Console console, String link, String fingerprint, boolean drawing) {
    if (console.json()) {
      console.result(
          JsonObject.report()
              .put("url", link)
              .put("sha256", fingerprint.replace(":", "").toLowerCase(Locale.ROOT))
              .put("seconds", time.toSeconds()));
    } else {
      console.note("the root of this machine's CA for phones in this network, without encryption");
      if (drawing && console.isAttended()) {
        console.drawing(palette -> QrCode.lines(link, palette));
      }
      console.note("compare the SHA-256 fingerprint: " + fingerprint);
      console.note("for " + minutes() + ", or until Ctrl-C");
      console.result(link);
    }
    console.flush();
  }

  private String minutes() {
    return time.toSeconds() % 60 == 0
        ? time.toMinutes() + (time.toMinutes() == 1 ? " minute" : " minutes")
        : time.toSeconds() + " seconds";
  }

  private Map<String, FilePages.Content> files(
      String directory, String fingerprint, Optional<String> probeUrl) {
    SharePage page = new SharePage(root, fingerprint, probeUrl);
    byte[] der = AppleProfile.der(root);
    byte[] profile = new AppleProfile(root).xml().getBytes(StandardCharsets.UTF_8);
    byte[] pem = root.pem().getBytes(StandardCharsets.US_ASCII);
    return Map.of(
        directory,
        new FilePages.Content(
            "text/html; charset=utf-8",
            Optional.empty(),
            page.policy(),
            agent -> page.html(agent).getBytes(StandardCharsets.UTF_8)),
        directory + SharePage.PROFILE,
        // Safari takes it as a profile only where it is not named an attachment.
        FilePages.Content.of("application/x-apple-aspen-config", Optional.empty(), profile),
        directory + SharePage.CERTIFICATE,
        FilePages.Content.of("application/x-x509-ca-cert", Optional.of(SharePage.CERTIFICATE), der),
        directory + SharePage.PEM,
        FilePages.Content.of("application/x-pem-file", Optional.of(SharePage.PEM), pem));
  }

  private static String token() {
    byte[] octets = new byte[TOKEN_OCTETS];
    new SecureRandom().nextBytes(octets);
    return HexFormat.of().formatHex(octets);
  }
}
