package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.acme.localca.order.Account;
import dev.v6cert.acme.localca.order.AccountBook;
import dev.v6cert.acme.localca.order.Credentials;
import dev.v6cert.acme.localca.order.Order;
import dev.v6cert.acme.localca.order.OrderBook;
import dev.v6cert.acme.localca.order.ProblemException;
import dev.v6cert.acme.localca.order.ProblemType;
import dev.v6cert.acme.localca.order.PropertiesDirectory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.keys.HmacKey;

/** Accounts (RFC 8555 section 7.3). */
final class AccountResource {

  private static final int MOST_CONTACTS = 10;
  private static final int LONGEST_CONTACT = 256;

  private final AccountBook accounts;
  private final OrderBook orders;
  private final Optional<Credentials> credentials;
  private final Clock clock;
  private final ServerEvent.Listener listener;

  /**
   * The resource.
   *
   * @param credentials what it takes to open an account; empty where nothing is asked for
   */
  AccountResource(
      AccountBook accounts,
      OrderBook orders,
      Optional<Credentials> credentials,
      Clock clock,
      ServerEvent.Listener listener) {
    this.accounts = accounts;
    this.orders = orders;
    this.credentials = credentials;
    this.clock = clock;
    this.listener = listener;
  }

  /** Opens the account of a key, or finds it. */
  Reply open(Call call, SignedRequest request) throws ProblemException {
    if (request.account().isPresent()) {
      throw new ProblemException(ProblemType.MALFORMED, "a new account needs its \"jwk\"");
    }
    Map<String, Object> content = request.content();
    List<String> contacts = contacts(content).orElse(List.of());
    String thumbprint = JwsReader.thumbprint(request.key());
    Optional<Account> present = accounts.ofKey(thumbprint);
    if (present.isPresent()) {
      return reply(200, call, requireActive(present.get()));
    }
    if (Boolean.TRUE.equals(content.get("onlyReturnExisting"))) {
      throw new ProblemException(
          ProblemType.ACCOUNT_DOES_NOT_EXIST, "there is no account of this key");
    }
    if (credentials.isPresent()) {
      requireBinding(credentials.get(), call, request, content);
    }
    Account made =
        accounts.open(
            new Account(
                PropertiesDirectory.newId(),
                request.key().toJson(OutputControlLevel.PUBLIC_ONLY),
                thumbprint,
                contacts,
                call.peer().getHostAddress(),
                clock.instant(),
                true),
            account -> !account.active() || orders.of(account).isEmpty());
    listener.on(new ServerEvent.AccountOpened(call.peer()));
    return reply(201, call, made);
  }

  private static void requireBinding(
      Credentials credentials, Call call, SignedRequest request, Map<String, Object> content)
      throws ProblemException {
    if (!(content.get("externalAccountBinding") instanceof Map<?, ?> given)) {
      throw new ProblemException(
          ProblemType.EXTERNAL_ACCOUNT_REQUIRED,
          "an account needs the credentials that v6cert local-ca credentials shows");
    }
    Map<String, Object> binding = new LinkedHashMap<>();
    given.forEach((name, value) -> binding.put(String.valueOf(name), value));
    Optional<ExternalAccount> present;
    try {
      present = credentials.find();
    } catch (AcmeFailureException e) {
      throw new ProblemException(ProblemType.UNAVAILABLE, "the credentials cannot be read", e);
    }
    if (present.isEmpty()) {
      throw new ProblemException(ProblemType.UNAVAILABLE, "there are no credentials");
    }
    String id = present.get().keyId();
    HmacKey key = new HmacKey(present.get().hmacOctets());
    JwsReader.requireBinding(
        binding,
        call.url(),
        request.key(),
        asked -> asked.equals(id) ? Optional.of(key) : Optional.empty());
  }

  /** Shows, changes or ends the account that asks. */
  Reply change(Call call, SignedRequest request, String id) throws ProblemException {
    Account account = own(request, id);
    if (request.reads()) {
      return reply(200, call, account);
    }
    Map<String, Object> content = request.content();
    Optional<String> status = SignedRequest.text(content, "status");
    if (status.isPresent() && !status.get().equals("valid")) {
      if (!status.get().equals("deactivated")) {
        throw new ProblemException(ProblemType.MALFORMED, "a status can only be deactivated");
      }
      return reply(200, call, accounts.save(account.deactivated()));
    }
    Optional<List<String>> contacts = contacts(content);
    return reply(
        200,
        call,
        contacts.isPresent() ? accounts.save(account.withContacts(contacts.get())) : account);
  }

  /** The addresses of the account's orders. */
  Reply orders(Call call, SignedRequest request, String id) throws ProblemException {
    List<String> urls =
        orders.of(own(request, id)).stream()
            .map(Order::id)
            .map(order -> call.url("order/" + order))
            .toList();
    return Reply.json(200, Map.of("orders", urls));
  }

  private static Account own(SignedRequest request, String id) throws ProblemException {
    Account account = requireAccount(request);
    if (!account.id().equals(id)) {
      throw new ProblemException(ProblemType.UNAUTHORIZED, "it is not the account that asks");
    }
    return account;
  }

  /** The account that asks. */
  static Account requireAccount(SignedRequest request) throws ProblemException {
    if (request.account().isEmpty()) {
      throw new ProblemException(ProblemType.MALFORMED, "it needs the \"kid\" of an account");
    }
    return requireActive(request.account().get());
  }

  private static Account requireActive(Account account) throws ProblemException {
    if (!account.active()) {
      throw new ProblemException(ProblemType.UNAUTHORIZED, "the account is deactivated");
    }
    return account;
  }

  private static Optional<List<String>> contacts(Map<String, Object> content)
      throws ProblemException {
    Optional<List<?>> given = SignedRequest.list(content, "contact");
    if (given.isEmpty()) {
      return Optional.empty();
    }
    List<String> contacts = new ArrayList<>();
    for (Object one : given.get()) {
      if (!(one instanceof String text)
          || text.length() > LONGEST_CONTACT
          || contacts.size() == MOST_CONTACTS) {
        throw new ProblemException(
            ProblemType.INVALID_CONTACT, "a contact is a short text, and ten are enough");
      }
      if (!text.startsWith("mailto:")) {
        throw new ProblemException(
            ProblemType.UNSUPPORTED_CONTACT, "a contact begins with mailto:");
      }
      contacts.add(text);
    }
    return Optional.of(contacts);
  }

  private static Reply reply(int status, Call call, Account account) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("status", account.active() ? "valid" : "deactivated");
    fields.put("contact", account.contacts());
    fields.put("orders", call.url("account/" + account.id() + "/orders"));
    return Reply.json(status, fields).with("Location", call.url("account/" + account.id()));
  }
}
