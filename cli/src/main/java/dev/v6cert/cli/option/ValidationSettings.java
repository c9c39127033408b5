package dev.v6cert.cli.option;

import dev.v6cert.cli.setting.Setting;
import java.util.List;

/** The settings of how a CA is shown that a name or address is this machine's. */
public final class ValidationSettings {

  /** All of them, in the order of the helps. */
  public static final List<Setting<?>> ALL =
      List.of(
          CertificateSettings.CHALLENGE,
          HookSettings.DNS_HOOK,
          RecordSettings.ACME_DNS,
          RecordSettings.RFC2136,
          RecordSettings.TSIG_KEY,
          HookSettings.DNS_LIMIT,
          CertificateSettings.WEBROOT,
          CertificateSettings.HTTP_PORT,
          CertificateSettings.HTTP_ADDRESS,
          CertificateSettings.TLS_PORT,
          CertificateSettings.OPEN_PORT,
          CertificateSettings.OPEN_FIREWALL);

  private ValidationSettings() {}
}
