package dev.v6cert.dns.http;

import dev.v6cert.dns.http.AcmeDnsClient.Account;
import dev.v6cert.dns.http.JsonReader.Json;
import dev.v6cert.dns.http.JsonReader.MalformedException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The file in which clients of acme-dns (lego, Caddy, cert-manager, acme-dns-client) keep accounts:
 * a JSON object with one for each domain.
 */
public final class AcmeDnsFile {

  private static final String SERVER = "server_url";

  private AcmeDnsFile() {}

  /**
   * The accounts by domain, which is without {@code _acme-challenge}.
   *
   * @throws IllegalArgumentException when the text is no such file; the message says why
   */
  public static Map<String, Account> read(String text) {
    Map<String, Account> accounts = new LinkedHashMap<>();
    try {
      if (!(JsonReader.read(text) instanceof Json.Members(Map<String, Json> domains))) {
        throw new IllegalArgumentException("it is not a JSON object");
      }
      for (Map.Entry<String, Json> domain : domains.entrySet()) {
        if (!(domain.getValue() instanceof Json.Members(Map<String, Json> members))) {
          throw new IllegalArgumentException("there is no account at " + domain.getKey());
        }
        accounts.put(
            domain.getKey(),
            account(
                members, members.get(SERVER) instanceof Json.Text(String server) ? server : ""));
      }
    } catch (MalformedException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getMessage(), e);
    }
    return accounts;
  }

  static Account account(Map<String, Json> members, String server) throws MalformedException {
    return new Account(
        text(members, "username"),
        text(members, "password"),
        text(members, "fulldomain"),
        text(members, "subdomain"),
        server);
  }

  private static String text(Map<String, Json> members, String name) throws MalformedException {
    if (members.get(name) instanceof Json.Text(String value)) {
      return value;
    }
    throw new MalformedException("an account has no " + name);
  }

  /** The accounts as text. */
  public static String write(Map<String, Account> accounts) {
    Map<String, Map<String, String>> domains = new LinkedHashMap<>();
    accounts.forEach((domain, account) -> {
      Map<String, String> members = new LinkedHashMap<>();
      members.put("username", account.username());
      members.put("password", account.password());
      members.put("fulldomain", account.fulldomain());
      members.put("subdomain", account.subdomain());
      members.put(SERVER, account.server());
      domains.put(domain, members);
    });
    return JsonText.of(domains) + "\n";
  }
}
