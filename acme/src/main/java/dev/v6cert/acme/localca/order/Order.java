package dev.v6cert.acme.localca.order;

import dev.v6cert.acme.Subject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An account's order, in one file with all that belongs to it: so there is no half of one.
 *
 * @param account the identifier of the account
 * @param authorizations one for each subject, in the order of the request
 * @param expires the end of an order that is not finished
 * @param replaces the serial number of the certificate whose renewal it is (RFC 9773 section 5)
 * @param certificate once it was issued
 */
public record Order(
    String id,
    String account,
    List<Authorization> authorizations,
    Instant expires,
    Optional<String> replaces,
    Optional<IssuedCertificate> certificate) {

  private static final String AUTHORIZATION = "authorization.";

  /** Copies the list. */
  public Order {
    authorizations = List.copyOf(authorizations);
  }

  /** The states of an order (RFC 8555 section 7.1.6). */
  public enum State {
    PENDING,
    READY,
    VALID,
    INVALID;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public State state(Instant now) {
    if (certificate.isPresent()) {
      return State.VALID;
    }
    if (!now.isBefore(expires)) {
      return State.INVALID;
    }
    boolean all = true;
    for (Authorization one : authorizations) {
      switch (one.state()) {
        case INVALID, DEACTIVATED -> {
          return State.INVALID;
        }
        case PENDING, PROCESSING -> all = false;
        case VALID -> {}
      }
    }
    return all ? State.READY : State.PENDING;
  }

  /** The first instant at which nobody needs it any more. */
  public Instant end() {
    return certificate.map(IssuedCertificate::notAfter).orElse(expires);
  }

  public List<Subject> subjects() {
    return authorizations.stream().map(Authorization::subject).toList();
  }

  public Order with(int index, Authorization changed) {
    List<Authorization> all = new ArrayList<>(authorizations);
    all.set(index, changed);
    return new Order(id, account, all, expires, replaces, certificate);
  }

  public Order issued(IssuedCertificate made) {
    return new Order(id, account, authorizations, expires, replaces, Optional.of(made));
  }

  /** The values of its file. */
  public Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    values.put("account", account);
    values.put("expires", expires.toString());
    values.put("authorizations", Integer.toString(authorizations.size()));
    for (int i = 0; i < authorizations.size(); i++) {
      authorizations.get(i).addTo(values, AUTHORIZATION + i + ".");
    }
    replaces.ifPresent(serial -> values.put("replaces", serial));
    certificate.ifPresent(made -> made.addTo(values));
    return values;
  }

  /**
   * The order that was written as these values.
   *
   * @throws IllegalArgumentException when they are not whole
   */
  public static Order of(String id, Map<String, String> values) {
    int count = Integer.parseInt(PropertiesDirectory.need(values, "authorizations"));
    List<Authorization> authorizations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      authorizations.add(Authorization.of(values, AUTHORIZATION + i + "."));
    }
    return new Order(
        id,
        PropertiesDirectory.need(values, "account"),
        authorizations,
        PropertiesDirectory.instant(values, "expires"),
        Optional.ofNullable(values.get("replaces")),
        IssuedCertificate.of(values));
  }
}
