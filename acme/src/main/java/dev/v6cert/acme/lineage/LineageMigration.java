package dev.v6cert.acme.lineage;

import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.state.StateFile;
import java.util.HashMap;
import java.util.Map;

/**
 * Brings the values of an older {@link LineageFile} into the present format.
 *
 * <ul>
 *   <li>1 knew no hook but the deploy hook, and no limit for it; both are optional still.
 *   <li>2 had the settings of the command line as text, and the fields of a failure one by one.
 *   <li>3 knew no TXT records. It is still written for lineages without them, so that an older
 *       version renews these.
 *   <li>4 has one address at most that is followed. It is written still where there is no second.
 *   <li>5 has no TXT records but those of DNS-01. It is written still where there are no others.
 *   <li>6 is the present one.
 * </ul>
 */
final class LineageMigration {

  private static final String SETTING = "setting.";
  private static final String FOLLOW = SETTING + "follow-";

  private LineageMigration() {}

  /** The values as the present format has them. */
  static Map<String, String> present(Map<String, String> values) {
    return Integer.parseInt(values.getOrDefault(StateFile.VERSION, "")) < 3
        ? from2(values)
        : values;
  }

  private static Map<String, String> from2(Map<String, String> old) {
    Map<String, String> values = new HashMap<>(old);
    values.keySet().removeIf(key -> key.startsWith(SETTING));
    String http = ChallengeType.HTTP_01.id();
    boolean tls = !old.getOrDefault(SETTING + "challenge", http).equals(http);
    move(old, SETTING + "challenge", values, ResponderText.CHALLENGE);
    move(old, SETTING + (tls ? "tls-port" : "http-port"), values, ResponderText.PORT);
    move(old, SETTING + "webroot", values, ResponderText.WEBROOT);
    move(old, SETTING + "http-address", values, ResponderText.ADDRESS);
    move(old, SETTING + "open-port", values, ResponderText.OPEN_PORT);
    move(old, SETTING + "mapped", values, ResponderText.MAPPED);
    move(old, SETTING + "stands-in", values, LineageFile.STANDS_IN);
    move(old, FOLLOW + "address", values, LineageFile.FOLLOWED);
    move(old, FOLLOW + "name", values, LineageFile.FOLLOWED_NAME);
    move(old, FOLLOW + "form", values, LineageFile.FOLLOWED_FORM);
    move(old, FOLLOW + "interface", values, LineageFile.FOLLOWED_INTERFACE);
    move(old, "failures", values, LineageFile.FAILURES);
    move(old, "last-error", values, LineageFile.LAST_ERROR);
    move(old, "failed-at", values, LineageFile.FAILING_SINCE); // All that early versions knew.
    move(old, "failing-since", values, LineageFile.FAILING_SINCE);
    move(old, "failed-at", values, LineageFile.FAILED_AT);
    move(old, "retry-at", values, LineageFile.RETRY_AT);
    return values;
  }

  private static void move(
      Map<String, String> from, String oldKey, Map<String, String> to, String key) {
    String value = from.get(oldKey);
    if (value != null) {
      to.remove(oldKey);
      to.put(key, value);
    }
  }
}
