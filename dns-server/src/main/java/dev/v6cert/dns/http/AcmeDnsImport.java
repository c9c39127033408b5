package dev.v6cert.dns.http;

import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.credential.BcryptHash;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.http.JsonReader.Json;
import dev.v6cert.dns.http.JsonReader.MalformedException;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.name.Zone;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The accounts of an acme-dns database, as {@code sqlite3 -json} and PostgreSQL's {@code
 * row_to_json} write the rows of its table {@code records}: one JSON object a line, perhaps with
 * the brackets and commas of an array around them.
 */
public final class AcmeDnsImport {
  private static final String LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
  private static final int LONGEST_USER = 100;

  private final Zone zone;
  private final Instant now;

  private AcmeDnsImport(Zone zone, Instant now) {
    this.zone = zone;
    this.now = now;
  }

  /**
   * Reads a file whole.
   *
   * @param zone the zone that the accounts' names are in from now on
   * @param now the time at which they are made; they count as used
   * @throws FileFailure when it cannot be read, or a line is no account
   */
  public static List<Account> read(Path file, Zone zone, Instant now) throws FileFailure {
    AcmeDnsImport reader = new AcmeDnsImport(zone, now);
    List<Account> accounts = new ArrayList<>();
    int number = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        number++;
        reader.add(line, accounts);
      }
    } catch (MalformedException e) {
      throw new FileFailure(file, number, "it is not JSON of one account a line");
    } catch (IllegalArgumentException e) {
      throw new FileFailure(file, number, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
    return accounts;
  }

  private void add(String line, List<Account> accounts) throws MalformedException {
    String row = line.strip();
    if (row.startsWith("[")) {
      row = row.substring(1).strip();
    }
    while (row.endsWith(",") || row.endsWith("]")) {
      row = row.substring(0, row.length() - 1).strip();
    }
    if (!row.isEmpty()) {
      if (!(JsonReader.read(row) instanceof Json.Members(var members))) {
        throw new MalformedException("no object");
      }
      accounts.add(account(members));
    }
  }

  private Account account(Map<String, Json> members) throws MalformedException {
    String user = text(members, "username");
    String subdomain = text(members, "subdomain");
    if (user.isEmpty() || user.length() > LONGEST_USER) {
      throw new IllegalArgumentException("the account has no username");
    }
    if (!subdomain.matches(LABEL)) {
      throw new IllegalArgumentException("the account has no subdomain");
    }
    return Account.ofAcmeDns(
        user,
        subdomain,
        zone,
        new BcryptHash(text(members, "password")),
        allowed(text(members, "allowfrom")),
        now);
  }

  /** The networks of an account: a JSON array in a text. */
  private static List<AddressBlock> allowed(String text) throws MalformedException {
    List<AddressBlock> networks = new ArrayList<>();
    if (!text.isBlank() && JsonReader.read(text) instanceof Json.Array(var values)) {
      for (Json value : values) {
        if (value instanceof Json.Text(var network) && !network.isEmpty()) {
          networks.add(AddressBlock.around(network));
        }
      }
    }
    return networks;
  }

  private static String text(Map<String, Json> members, String name) {
    return members.get(name) instanceof Json.Text(var value) ? value : "";
  }
}
