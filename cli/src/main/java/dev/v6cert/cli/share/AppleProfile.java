package dev.v6cert.cli.share;

import dev.v6cert.cli.truststore.TrustedRoot;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.Base64;
import java.util.UUID;

/**
 * A configuration profile of Apple with a root certificate. Its identifiers follow from the root,
 * so that a second installation replaces the first.
 *
 * @param root the root
 */
record AppleProfile(TrustedRoot root) {

  private static final String IDENTIFIER = "dev.v6cert.root.";

  /** The profile, as XML. */
  String xml() {
    return """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    <plist version="1.0">
    <dict>
      <key>PayloadContent</key>
      <array>
        <dict>
          <key>PayloadCertificateFileName</key><string>%1$s.cer</string>
          <key>PayloadContent</key><data>%2$s</data>
          <key>PayloadDisplayName</key><string>%3$s</string>
          <key>PayloadIdentifier</key><string>%4$s.certificate</string>
          <key>PayloadType</key><string>com.apple.security.root</string>
          <key>PayloadUUID</key><string>%5$s</string>
          <key>PayloadVersion</key><integer>1</integer>
        </dict>
      </array>
      <key>PayloadDescription</key><string>Trusts private names and addresses that %3$s signs</string>
      <key>PayloadDisplayName</key><string>%3$s</string>
      <key>PayloadIdentifier</key><string>%4$s</string>
      <key>PayloadRemovalDisallowed</key><false/>
      <key>PayloadType</key><string>Configuration</string>
      <key>PayloadUUID</key><string>%6$s</string>
      <key>PayloadVersion</key><integer>1</integer>
    </dict>
    </plist>
    """
        .formatted(
            root.alias(),
            Base64.getEncoder().encodeToString(der(root)),
            SharePage.escaped(root.name()),
            IDENTIFIER + root.id(),
            uuid("certificate"),
            uuid("profile"));
  }

  private String uuid(String part) {
    byte[] name = (IDENTIFIER + root.id() + "." + part).getBytes(StandardCharsets.US_ASCII);
    return UUID.nameUUIDFromBytes(name).toString();
  }

  static byte[] der(TrustedRoot root) {
    try {
      return root.certificate().getEncoded();
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate without its encoding", e);
    }
  }
}
