package dev.v6cert.dns.http;

import dev.v6cert.base.Ticker;
import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.ChallengeAccounts;
import dev.v6cert.dns.challenge.ChallengeAccounts.Registered;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.StoreFullException;
import dev.v6cert.dns.challenge.StoreUnavailableException;
import dev.v6cert.dns.credential.KeyDigest;
import dev.v6cert.dns.http.JsonReader.Json;
import dev.v6cert.dns.http.JsonReader.MalformedException;
import dev.v6cert.ipv6.AddressBlock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The operations of the HTTP API: acme-dns' {@code register}, {@code update} and {@code health},
 * lego's {@code present} and {@code cleanup} (httpreq), and our own to remove and to list values.
 */
final class ChallengeApi {
  private static final int REGISTRATIONS_PER_HOUR = 100;
  private static final int MOST_NETWORKS = 64;
  private static final int RETRY_SECONDS = 5;
  private static final int FULL_SECONDS = 3600; // Unused accounts are removed each hour.
  private static final String VALUE = "[A-Za-z0-9_-]{43}";

  private final ChallengeAccounts accounts;
  private final RecordStore store;
  private final Registration registration;
  private final Supplier<Optional<KeyDigest>> token;
  private final NetworkLimit registrations =
      new NetworkLimit(REGISTRATIONS_PER_HOUR, Duration.ofHours(1), Ticker.SYSTEM);

  /**
   * The operations.
   *
   * @param token the digest of the registration token; empty while there is none
   */
  ChallengeApi(
      ChallengeAccounts accounts,
      RecordStore store,
      Registration registration,
      Supplier<Optional<KeyDigest>> token) {
    this.accounts = accounts;
    this.store = store;
    this.registration = registration;
    this.token = token;
  }

  /** Answers a request; blocks until a change is durable. */
  ApiReply answer(ApiCall call) throws InterruptedException {
    try {
      return switch (call.method() + " " + call.operation()) {
        case "POST register" -> register(call);
        case "POST update" -> update(call);
        case "DELETE update" -> remove(call);
        case "POST present" -> present(call, true);
        case "POST cleanup" -> present(call, false);
        case "GET records" -> records(call);
        case "GET health", "HEAD health" -> health();
        default -> otherwise(call);
      };
    } catch (StoreFullException e) {
      return ApiReply.later(507, "no_memory_for_more_accounts", FULL_SECONDS);
    } catch (StoreUnavailableException e) {
      return ApiReply.later(503, "store_unavailable", RETRY_SECONDS);
    }
  }

  private static ApiReply otherwise(ApiCall call) {
    return switch (call.operation()) {
      case "register", "update", "present", "cleanup", "records", "health" ->
          ApiReply.error(405, "method_not_allowed");
      default -> ApiReply.error(404, "not_found");
    };
  }

  private ApiReply health() {
    return store.status().fault().isEmpty()
        ? ApiReply.empty(200)
        : ApiReply.later(503, "store_unavailable", RETRY_SECONDS);
  }

  private ApiReply register(ApiCall call) throws StoreUnavailableException, InterruptedException {
    Optional<ApiReply> refusal =
        switch (registration) {
          case CLOSED -> Optional.of(ApiReply.error(404, "registration_closed"));
          case TOKEN -> knowsToken(call) ? Optional.empty() : Optional.of(forbidden());
          case OPEN ->
              registrations.admit(call.client())
                  ? Optional.empty()
                  : Optional.of(ApiReply.later(429, "too_many_registrations", 3600));
        };
    if (refusal.isPresent()) {
      return refusal.get();
    }
    List<AddressBlock> allowed;
    try {
      allowed = allowed(call.body());
    } catch (MalformedException e) {
      return ApiReply.error(400, "malformed_json_payload");
    } catch (IllegalArgumentException e) {
      return ApiReply.error(400, "invalid_allowfrom_cidr");
    }
    return registered(accounts.register(allowed));
  }

  private boolean knowsToken(ApiCall call) {
    Optional<String> given =
        call.prefix().or(() -> call.credentials().map(ApiCall.Credentials::key));
    return token.get().flatMap(digest -> given.map(digest::matches)).orElse(false);
  }

  private static ApiReply registered(Registered registered) {
    Account account = registered.account();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("username", account.user());
    json.put("password", registered.key());
    json.put("fulldomain", account.domain());
    json.put("subdomain", account.subdomain());
    json.put("allowfrom", account.allowed().stream().map(AddressBlock::toString).toList());
    return ApiReply.of(201, json);
  }

  /** The networks of a registration; clients send nothing, {@code null}, or an object. */
  private static List<AddressBlock> allowed(String body) throws MalformedException {
    if (body.isBlank()) {
      return List.of();
    }
    Json json = JsonReader.read(body);
    if (json instanceof Json.Literal literal && literal.isNull()) {
      return List.of();
    }
    if (!(json instanceof Json.Members(var members))) {
      throw new MalformedException("no object");
    }
    List<AddressBlock> networks = new ArrayList<>();
    switch (members.getOrDefault("allowfrom", new Json.Array(List.of()))) {
      case Json.Literal literal when literal.isNull() -> {}
      case Json.Array(var values) -> {
        for (Json value : values) {
          network(value).ifPresent(networks::add);
        }
      }
      default -> throw new MalformedException("allowfrom is not an array");
    }
    if (networks.size() > MOST_NETWORKS) {
      throw new IllegalArgumentException("too many networks");
    }
    return networks;
  }

  private static Optional<AddressBlock> network(Json value) throws MalformedException {
    if (!(value instanceof Json.Text(var written))) {
      throw new MalformedException("a network is not a string");
    }
    String text = written.replace("[", "").replace("]", "");
    if (text.isEmpty()) {
      return Optional.empty(); // A client that is asked for no network sends an empty one.
    }
    if (text.indexOf('/') < 0) {
      throw new IllegalArgumentException("an address is not a network");
    }
    return Optional.of(AddressBlock.around(text));
  }

  private ApiReply update(ApiCall call) throws StoreUnavailableException, InterruptedException {
    Map<String, Json> members = members(call);
    Optional<Account> account = owner(call, members);
    if (account.isEmpty()) {
      return forbidden();
    }
    String value = text(members, "txt");
    if (!value.matches(VALUE)) {
      return ApiReply.error(400, "bad_txt");
    }
    accounts.add(account.get(), value);
    return ApiReply.of(200, Map.of("txt", value));
  }

  /** Removes the value that is named, or all. */
  private ApiReply remove(ApiCall call) throws StoreUnavailableException, InterruptedException {
    Map<String, Json> members = members(call);
    Optional<Account> account = owner(call, members);
    if (account.isEmpty()) {
      return forbidden();
    }
    accounts.remove(
        account.get(), Optional.of(text(members, "txt")).filter(value -> !value.isEmpty()));
    return ApiReply.of(200, Map.of());
  }

  /** Sets or removes a value for lego's httpreq, which has followed the CNAME to our name. */
  private ApiReply present(ApiCall call, boolean added)
      throws StoreUnavailableException, InterruptedException {
    Map<String, Json> members = members(call);
    Optional<Account> account =
        authenticated(call).filter(known -> isMeant(known, text(members, "fqdn")));
    if (account.isEmpty()) {
      return forbidden();
    }
    String authorization = text(members, "keyauth"); // Its RAW mode.
    String value = authorization.isEmpty() ? text(members, "value") : digest(authorization);
    if (!value.matches(VALUE)) {
      return ApiReply.error(400, "bad_txt");
    }
    if (added) {
      accounts.add(account.get(), value);
    } else {
      accounts.remove(account.get(), Optional.of(value));
    }
    return ApiReply.of(200, Map.of("txt", value));
  }

  /** Whether a name is that of the account; in RAW mode there is none, and the account says it. */
  private static boolean isMeant(Account account, String name) {
    return name.isEmpty() || name.equalsIgnoreCase(account.domain() + ".");
  }

  /** The value of a TXT record for a key authorization (RFC 8555 section 8.4). */
  private static String digest(String authorization) {
    return KeyDigest.of(authorization).base64();
  }

  private ApiReply records(ApiCall call) throws StoreUnavailableException, InterruptedException {
    Optional<Account> account = authenticated(call);
    if (account.isEmpty()) {
      return forbidden();
    }
    List<Map<String, String>> values =
        accounts.values(account.get()).stream()
            .map(value -> Map.of("txt", value.text(), "written", value.written().toString()))
            .toList();
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("fulldomain", account.get().domain());
    json.put("records", values);
    return ApiReply.of(200, json);
  }

  /** The members of the body; none where it is no object. */
  private static Map<String, Json> members(ApiCall call) {
    try {
      return JsonReader.read(call.body()) instanceof Json.Members(var read) ? read : Map.of();
    } catch (MalformedException e) {
      return Map.of();
    }
  }

  /** The account that a request comes from, where it names its own subdomain. */
  private Optional<Account> owner(ApiCall call, Map<String, Json> members)
      throws StoreUnavailableException, InterruptedException {
    return authenticated(call)
        .filter(known -> known.subdomain().equalsIgnoreCase(text(members, "subdomain")));
  }

  /** The account that a request comes from, by its key and from its networks. */
  private Optional<Account> authenticated(ApiCall call)
      throws StoreUnavailableException, InterruptedException {
    Optional<ApiCall.Credentials> given = call.credentials();
    if (given.isEmpty()) {
      return Optional.empty();
    }
    return accounts
        .authenticated(given.get().user(), given.get().key())
        .filter(account -> account.permits(call.client()));
  }

  private static String text(Map<String, Json> members, String name) {
    return members.get(name) instanceof Json.Text(var value) ? value : "";
  }

  private static ApiReply forbidden() {
    return ApiReply.error(401, "forbidden");
  }
}
