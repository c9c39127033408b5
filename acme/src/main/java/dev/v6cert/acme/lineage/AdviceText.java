package dev.v6cert.acme.lineage;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** {@link RenewalAdvice} as properties, each under {@code advice-}. */
final class AdviceText {

  private static final String SERIAL = "advice-serial";
  private static final String ACCOUNT = "advice-account";
  private static final String START = "advice-start";
  private static final String END = "advice-end";
  private static final String RENEW_AT = "advice-renew-at";
  private static final String URGENT = "advice-urgent";
  private static final String EXPLANATION = "advice-explanation";
  private static final String FETCHED_AT = "advice-fetched-at";
  private static final String REFETCH_AT = "advice-refetch-at";

  private AdviceText() {}

  static void put(Map<String, String> values, RenewalAdvice advice) {
    values.put(SERIAL, advice.serial());
    advice.account().ifPresent(account -> values.put(ACCOUNT, account.toString()));
    values.put(FETCHED_AT, advice.fetchedAt().toString());
    advice.refetchAt().ifPresent(when -> values.put(REFETCH_AT, when.toString()));
    if (advice.window().isPresent()) {
      RenewalAdvice.Window window = advice.window().get();
      values.put(START, window.start().toString());
      values.put(END, window.end().toString());
      values.put(RENEW_AT, window.renewAt().toString());
      values.put(URGENT, Boolean.toString(window.urgent()));
      window.explanation().ifPresent(page -> values.put(EXPLANATION, page.toString()));
    }
  }

  /** The advice; none where it is damaged, as it can be had again. */
  static Optional<RenewalAdvice> read(Map<String, String> values) {
    String serial = values.get(SERIAL);
    if (serial == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RenewalAdvice(
              serial,
              Optional.ofNullable(values.get(ACCOUNT)).map(URI::create),
              window(values),
              LineageFile.instant(values, FETCHED_AT).orElse(Instant.EPOCH),
              LineageFile.instant(values, REFETCH_AT)));
    } catch (RuntimeException e) { // Instants and addresses are refused each in their own way.
      return Optional.empty();
    }
  }

  private static Optional<RenewalAdvice.Window> window(Map<String, String> values) {
    Optional<Instant> start = LineageFile.instant(values, START);
    Optional<Instant> end = LineageFile.instant(values, END);
    Optional<Instant> renewAt = LineageFile.instant(values, RENEW_AT);
    if (start.isEmpty() || end.isEmpty() || renewAt.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new RenewalAdvice.Window(
            start.get(),
            end.get(),
            renewAt.get(),
            Boolean.parseBoolean(values.get(URGENT)),
            Optional.ofNullable(values.get(EXPLANATION)).map(URI::create)));
  }
}
