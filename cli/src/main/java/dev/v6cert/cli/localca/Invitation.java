package dev.v6cert.cli.localca;

import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Table;
import dev.v6cert.cli.up.QrCode;
import java.util.List;
import java.util.Optional;

/**
 * All that a peer needs: where the server is, the credentials, and the root's fingerprint.
 *
 * @param directory the address of the ACME directory
 * @param credentials empty where accounts need none
 */
record Invitation(String directory, Optional<ExternalAccount> credentials, String fingerprint) {

  static Invitation of(
      Subject server, int port, Optional<ExternalAccount> credentials, LocalAuthority authority) {
    String host = server instanceof Subject.Ip ip ? ip.address().urlHost() : server.value();
    return new Invitation(
        "https://" + host + ":" + port + "/acme/directory", credentials, authority.fingerprint());
  }

  /** Prints it; at a terminal with the credentials as a QR code, which is no part of the result. */
  void print(Console console) {
    if (console.json()) {
      JsonObject report = JsonObject.report().put("directory", directory);
      credentials.ifPresent(
          account -> report.put("eab_kid", account.keyId()).put("eab_hmac_key", account.hmacKey()));
      console.result(report.put("root_sha256", fingerprint));
    } else {
      Table table = new Table();
      table.add(List.of("acme directory", directory));
      credentials.ifPresent(account -> {
        table.add(List.of("eab key id", account.keyId()));
        table.add(List.of("eab hmac key", account.hmacKey()));
      });
      table.add(List.of("root sha-256", fingerprint));
      table.lines().forEach(console::result);
    }
    if (credentials.isPresent() && console.isAttended()) {
      console.drawing(palette -> QrCode.lines(link(credentials.get()), palette));
    }
    console.flush();
  }

  /** The credentials stand behind the #, so that a browser sends them nowhere. */
  private String link(ExternalAccount account) {
    return directory + "#eab-kid=" + account.keyId() + "&eab-hmac-key=" + account.hmacKey();
  }
}
