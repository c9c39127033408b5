package dev.v6cert.cli.share;

import dev.v6cert.cli.truststore.TrustedRoot;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The page with the steps for each system; those of the visitor's own are opened.
 *
 * @param root the root
 * @param fingerprint its SHA-256, to compare with that on the terminal
 * @param probe an address that a browser reaches once it trusts the root
 */
record SharePage(TrustedRoot root, String fingerprint, Optional<String> probe) {

  static final String PROFILE = "v6cert.mobileconfig";
  static final String CERTIFICATE = "v6cert.crt";
  static final String PEM = "v6cert.pem";

  /** Asks for the probe every other second until it is there. */
  private static final String SCRIPT =
      """
      const line = document.getElementById('trust');
      line.textContent = 'Not trusted on this device yet. This line turns green once it is.';
      const ask = () => fetch(line.dataset.probe, { mode: 'no-cors', cache: 'no-store' }).then(
        () => {
          line.className = 'trusted';
          line.textContent = '✓ This device trusts it.';
        },
        () => setTimeout(ask, 2000));
      ask();
      """;

  /** Takes the name of the root, its fingerprint, the sections and the line of the probe. */
  @SuppressWarnings("InlineFormatString") // It is longer than the method that fills it.
  private static final String PAGE =
      """
      <!doctype html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Trust %1$s</title>
      <style>
      body { font: 17px/1.5 system-ui, sans-serif; margin: 1.5em auto; max-width: 36em; padding: 0 1em;
        color: #111; background: #fff; overflow-wrap: anywhere }
      code { background: #eee; padding: .1em .3em }
      summary { font-weight: 600; padding: .6em 0; cursor: pointer }
      a { display: inline-block; padding: .3em 0; color: #0645ad }
      #trust { padding: .5em .7em; background: #eee } #trust.trusted { color: #fff; background: #176b2c }
      #trust:empty { display: none }
      @media (prefers-color-scheme: dark) { body { color: #eee; background: #111 }
        code, #trust { background: #333 } a { color: #8ab4f8 } }
      </style></head><body>
      <h1>Trust this machine’s certificates</h1>
      <p>The root <b>%1$s</b> signs private names and addresses only: a site on the internet cannot be
      forged with it.</p>
      <p><b>Compare before you install it.</b> The terminal shows the same SHA-256 fingerprint:</p>
      <p><code>%2$s</code></p>
      %4$s%3$s
      <p>To undo it: delete the profile or the certificate in the same menu.</p>
      </body></html>
      """;

  /**
   * A system.
   *
   * @param title its name
   * @param words by which its browsers name it, in lower case
   * @param steps as HTML
   */
  private record Platform(String title, List<String> words, List<String> steps) {}

  /** Android names itself Linux, too, so the first that fits a browser counts. */
  private static final List<Platform> PLATFORMS =
      List.of(
          new Platform(
              "iPhone, iPad",
              List.of("iphone", "ipad"),
              List.of(
                  "Open this page in <b>Safari</b>; other browsers only download the file.",
                  "<a href=\"" + PROFILE + "\">Download the profile</a>, and allow it.",
                  "Settings → Profile Downloaded (or General → VPN &amp; Device Management) → Install. It"
                      + " says “Not Verified”: compare the fingerprint under More Details.",
                  "<b>Do not forget:</b> Settings → General → About → Certificate Trust Settings → switch it"
                      + " on.")),
          new Platform(
              "Android",
              List.of("android"),
              List.of(
                  "<a href=\"" + CERTIFICATE + "\">Download the certificate</a>.",
                  "Settings → Security &amp; privacy → More security &amp; privacy → Encryption &amp; credentials"
                      + " → Install a certificate → CA certificate → Install anyway (menus differ; search the"
                      + " settings for “CA certificate”).",
                  "Choose v6cert.crt in Downloads. Android wants a screen lock, and says from then on that"
                      + " the network may be monitored.",
                  "Chrome trusts it now. Firefox: Settings → About Firefox → tap the logo five times → back →"
                      + " Secret Settings → Use third party CA certificates. Other apps trust it only if"
                      + " their makers allow that.")),
          new Platform(
              "macOS",
              List.of("macintosh"),
              List.of(
                  "<a href=\"" + CERTIFICATE + "\">Download the certificate</a>.",
                  "In a terminal: <code>sudo security add-trusted-cert -d -r trustRoot -k"
                      + " /Library/Keychains/System.keychain ~/Downloads/v6cert.crt</code>")),
          new Platform(
              "Windows",
              List.of("windows"),
              List.of(
                  "<a href=\"" + CERTIFICATE + "\">Download the certificate</a>.",
                  "In a terminal: <code>certutil -user -addstore Root %USERPROFILE%\\Downloads\\v6cert.crt"
                      + "</code>, and say yes.")),
          new Platform(
              "Linux",
              List.of("linux", "x11"),
              List.of(
                  "<a href=\"" + PEM + "\">Download the certificate</a>.",
                  "Debian, Ubuntu: <code>sudo cp ~/Downloads/v6cert.pem"
                      + " /usr/local/share/ca-certificates/v6cert.crt &amp;&amp; sudo"
                      + " update-ca-certificates</code><br>Fedora: <code>sudo trust anchor"
                      + " ~/Downloads/v6cert.pem</code>",
                  "Firefox: Settings → Privacy &amp; Security → View Certificates → Authorities → Import."
                      + " Chromium: Settings → Privacy and security → Security → Manage certificates →"
                      + " Authorities → Import.")));

  private static Platform platform(String agent) {
    String lower = agent.toLowerCase(Locale.ROOT);
    return PLATFORMS.stream()
        .filter(platform -> platform.words().stream().anyMatch(lower::contains))
        .findFirst()
        .orElse(PLATFORMS.getLast());
  }

  /** The page for a browser that names itself so. */
  String html(String agent) {
    StringBuilder sections = new StringBuilder();
    Platform own = platform(agent);
    for (Platform platform : PLATFORMS) {
      sections
          .append(platform.equals(own) ? "<details open>" : "<details>")
          .append("<summary>")
          .append(platform.title())
          .append("</summary><ol>");
      platform.steps().forEach(step -> sections.append("<li>").append(step).append("</li>"));
      sections.append("</ol></details>\n");
    }
    return PAGE.formatted(
        escaped(root.name()),
        fingerprint.replace(":", ":<wbr>"), // A line ends between two pairs, as on terminals.
        sections,
        probe.map(SharePage::line).orElse(""));
  }

  private static String line(String probe) {
    return "<p id=\"trust\" role=\"status\" data-probe=\""
        + probe
        + "\"></p>\n<script>"
        + SCRIPT
        + "</script>\n";
  }

  /**
   * The directives that permit the page's one script to ask for the probe. A policy cannot name an
   * IPv6 address (Content Security Policy Level 3 section 2.3.1): there it permits any host.
   */
  String policy() {
    return probe
        .map(url -> url.startsWith("https://[") ? "https:" : url)
        .map(source -> "; script-src '" + hash(SCRIPT) + "'; connect-src " + source)
        .orElse("");
  }

  private static String hash(String script) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }

  /** A text inside HTML and XML. */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
