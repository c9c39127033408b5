package dev.v6cert.acme.localca.order;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A peer's account.
 *
 * @param key its public key as a JWK
 * @param thumbprint the key's name (RFC 7638)
 * @param contacts as the peer gave them
 * @param source the address that it was opened from
 * @param active whether it may be used; a deactivated one never is again
 */
public record Account(
    String id,
    String key,
    String thumbprint,
    List<String> contacts,
    String source,
    Instant opened,
    boolean active) {

  /** Copies the list. */
  public Account {
    contacts = List.copyOf(contacts);
  }

  public Account withContacts(List<String> changed) {
    return new Account(id, key, thumbprint, changed, source, opened, active);
  }

  public Account deactivated() {
    return new Account(id, key, thumbprint, contacts, source, opened, false);
  }

  /** The values of its file. */
  public Map<String, String> values() {
    Map<String, String> values = new TreeMap<>();
    values.put("key", key);
    values.put("thumbprint", thumbprint);
    values.put("source", source);
    values.put("opened", opened.toString());
    values.put("active", Boolean.toString(active));
    for (int i = 0; i < contacts.size(); i++) {
      values.put("contact." + i, contacts.get(i));
    }
    return values;
  }

  /**
   * The account that was written as these values.
   *
   * @throws IllegalArgumentException when they are not whole
   */
  public static Account of(String id, Map<String, String> values) {
    List<String> contacts =
        values.keySet().stream()
            .filter(key -> key.startsWith("contact."))
            .sorted()
            .map(key -> PropertiesDirectory.need(values, key))
            .toList();
    return new Account(
        id,
        PropertiesDirectory.need(values, "key"),
        PropertiesDirectory.need(values, "thumbprint"),
        contacts,
        PropertiesDirectory.need(values, "source"),
        PropertiesDirectory.instant(values, "opened"),
        Optional.ofNullable(values.get("active")).filter("true"::equals).isPresent());
  }
}
