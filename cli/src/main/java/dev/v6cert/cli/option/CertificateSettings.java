package dev.v6cert.cli.option;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.cli.setting.Choice;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.ValueCompletion;
import dev.v6cert.ipv6.name.HostName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;

/** The settings that decide what a certificate is for, who signs it, and how that is proven. */
public final class CertificateSettings {

  private static final int MAX_PORT = 65535;

  /** Names of one's own, instead of the magic one. */
  public static final Setting<List<HostName>> DOMAIN =
      Setting.ofMany("domain", "NAME", DomainText::read)
          .help(
              "a name of your own (repeatable), instead of the magic name unless --zone is typed");

  /** Whether the certificate is for the address itself. */
  public static final Setting<Boolean> IP =
      Setting.ofSwitch("ip")
          .help("the address itself, instead of the magic name unless --zone is typed");

  /** Whether the certificate is for all names one label below its names, too. */
  public static final Setting<Boolean> WILDCARD =
      Setting.ofSwitch("wildcard")
          .help(
              "every name below the names, too (*.NAME): for the magic one proven on port 53, for"
                  + " your own by --challenge dns-01");

  /** The lineage that is meant. */
  public static final Setting<LineageName> LINEAGE =
      Setting.of("lineage", "NAME", LineageName::new)
          .offers(new ValueCompletion.Lineages())
          .onlyAsFlag()
          .help(
              "the name of the lineage, a certificate and its renewals (default: its first name)");

  public static final Setting<CertificateAuthority> CA =
      Setting.of("ca", "CA", CertificateAuthority::of)
          .offers("letsencrypt", "letsencrypt-staging", "zerossl", "google", "local")
          .orElse("letsencrypt")
          .help(
              "letsencrypt, letsencrypt-staging, zerossl, google, the address of another CA's"
                  + " ACME directory, or local: this machine signs private names itself");

  /** Whether a new local CA may sign addresses alone. */
  public static final Setting<Boolean> ONLY_IPS =
      Setting.ofSwitch("only-ips")
          .onlyAsFlag()
          .help("let a new local CA sign no name but localhost: private addresses only");

  /** The certificates by which the CA's HTTPS is trusted. */
  public static final Setting<Path> CA_ROOT =
      Setting.of("ca-root", "PEM", PathText::read)
          .help("trust the HTTPS of a private CA by the certificates in this file");

  /** Whether Let's Encrypt's test environment signs. */
  public static final Setting<Boolean> STAGING =
      Setting.ofSwitch("staging")
          .onlyAsFlag()
          .help("the same as --ca letsencrypt-staging: for tests, no browser trusts it");

  /** Whether nothing is to be installed. */
  public static final Setting<Boolean> DRY_RUN =
      Setting.ofSwitch("dry-run")
          .onlyAsFlag()
          .help("go through the whole validation, and install nothing");

  /** Whether a good certificate is replaced. */
  public static final Setting<Boolean> FORCE =
      Setting.ofSwitch("force")
          .onlyAsFlag()
          .help("get a new certificate although the present one is still good");

  /** The kind of certificate, in the CA's words. */
  public static final Setting<String> PROFILE =
      Setting.of("profile", "PROFILE", CertificateSettings::profile)
          .help(
              "the CA's certificate profile (Let's Encrypt: classic, tlsserver, shortlived;"
                  + " default: the CA's own, with --ip shortlived)");

  /** The issuer to which the chain leads. */
  public static final Setting<String> PREFERRED_CHAIN =
      Setting.of("preferred-chain", "ISSUER", text -> text)
          .help("where the CA has several chains, take the one with this issuer or root in it");

  private static final Choice<KeyType> KEY_TYPES =
      new Choice<>(List.of(KeyType.values()), KeyType::id);

  /** The kind of key. */
  public static final Setting<KeyType> KEY_TYPE =
      Setting.of("key-type", "TYPE", KEY_TYPES).orElse("ec256").help(KEY_TYPES.inWords());

  /** Whether renewals keep the key. */
  public static final Setting<Boolean> REUSE_KEY =
      Setting.ofSwitch("reuse-key").help("keep the same key when the certificate is renewed");

  /** The readers of the key, beside its owner. */
  public static final Setting<String> KEY_GROUP =
      Setting.of("key-group", "GROUP", text -> text)
          .help("let this group of users read the key and its certificate");

  /** The permissions of the key. */
  public static final Setting<Integer> KEY_MODE =
      Setting.of("key-mode", "MODE", KeyAccess::parseMode)
          .offers("0600", "0640", "0400", "0440")
          .help(
              "the permissions of the key: 0600 (default), 0640 (default with --key-group), 0400,"
                  + " 0440");

  /** The account's mail address. */
  public static final Setting<String> EMAIL =
      Setting.of("email", "MAIL", CertificateSettings::email)
          .help("where the CA may write to about the account");

  /** Whether the CA's terms of service are agreed to. */
  public static final Setting<Boolean> AGREE_TOS =
      Setting.ofSwitch("agree-tos").help("agree to the CA's terms of service without being asked");

  /** The type of challenge. */
  public static final Setting<ChallengeType> CHALLENGE =
      Setting.of(
              "challenge", "TYPE", new Choice<>(List.of(ChallengeType.values()), ChallengeType::id))
          .orElse("http-01")
          .help(
              "http-01 (port 80) or tls-alpn-01 (port 443), and not the other where that fails; or"
                  + " dns-01, with --acme-dns, --rfc2136 or --dns-hook, dns-account-01, whose record"
                  + " has a name of the account's own, or dns-persist-01 (experimental), whose"
                  + " record you set once");

  /** The directory that a web server serves. */
  public static final Setting<Path> WEBROOT =
      Setting.of("webroot", "DIR", text -> PathText.read(text).toAbsolutePath().normalize())
          .help("put the answers to the CA into DIR, which the web server on port 80 serves");

  /** The port that TLS-ALPN-01 is answered on. */
  public static final Setting<Integer> TLS_PORT =
      Setting.of("tls-port", "PORT", CertificateSettings::port)
          .orElse("443")
          .help("answer TLS-ALPN-01 on PORT, where something forwards port 443 to it");

  /** Whether the router is asked to let the CA in. */
  public static final Setting<Boolean> OPEN_PORT =
      Setting.ofSwitch("open-port")
          .help(
              "ask the router to open the port (PCP, UPnP, NAT-PMP); it is closed again at the"
                  + " end");

  /** Whether this machine's packet filter is opened for the CA. */
  public static final Setting<Boolean> OPEN_FIREWALL =
      Setting.ofSwitch("open-firewall")
          .help(
              "let the CA, or its DNS queries, through this machine's packet filter; its rules are"
                  + " removed at the end");

  /** The port that HTTP-01 is answered on. */
  public static final Setting<Integer> HTTP_PORT =
      Setting.of("http-port", "PORT", CertificateSettings::port)
          .orElse("80")
          .help("answer HTTP-01 on PORT, where something forwards port 80 to it");

  /** The address that the CA is answered on. */
  public static final Setting<InetAddress> HTTP_ADDRESS =
      Setting.of("http-address", "ADDRESS", AddressText::read)
          .help("answer the CA on this local address (default: the certificate's)");

  /** Whether the DNS is not asked before the CA is. */
  public static final Setting<Boolean> NO_DNS_CHECK =
      Setting.ofSwitch("no-dns-check")
          .help("order although the DNS, as seen from here, does not lead to the address");

  /** Whether this machine's packet filter is no reason not to order. */
  public static final Setting<Boolean> NO_FIREWALL_CHECK =
      Setting.ofSwitch("no-firewall-check")
          .help("order although this machine's packet filter blocks the CA");

  /** The certificate that is wanted and the CA to get it from, in the order of the helps. */
  public static final List<Setting<?>> CHOICE =
      List.of(DOMAIN, IP, WILDCARD, LINEAGE, CA, ONLY_IPS, CA_ROOT, STAGING);

  private CertificateSettings() {}

  private static String profile(String text) {
    if (!text.matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException("a profile is a word of letters, digits, '.', '-', '_'");
    }
    return text;
  }

  private static String email(String text) {
    int at = text.indexOf('@');
    if (at < 1 || at != text.lastIndexOf('@') || text.indexOf('.', at) < 0 || text.contains(" ")) {
      throw new IllegalArgumentException("it is not a mail address");
    }
    return text;
  }

  private static int port(String text) {
    try {
      int port = Integer.parseInt(text);
      if (port >= 1 && port <= MAX_PORT) {
        return port;
      }
    } catch (NumberFormatException e) {
      // Said below, as for a number out of range.
    }
    throw new IllegalArgumentException("a port is a number from 1 to " + MAX_PORT);
  }
}
