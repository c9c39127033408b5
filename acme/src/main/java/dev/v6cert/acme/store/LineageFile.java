package dev.v6cert.acme.store;

import dev.v6cert.acme.AcmeFailure.StateProblem;
import dev.v6cert.acme.AcmeFailure.StateUnusable;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code renewal/<lineage>.properties}: a plan, the facts of the generation that it was written
 * for, the advice, and the upkeep.
 */
record LineageFile(
    Lineage.Plan plan,
    Optional<Generation> generation,
    Optional<RenewalAdvice> advice,
    Upkeep upkeep) {

  private static final int FORMAT = 1;
  private static final String SETTING = "setting.";

  static LineageFile read(Path file, LineageName name) throws AcmeFailureException {
    Map<String, String> values = PropertiesText.read(file);
    try {
      int format = Integer.parseInt(required(values, "format-version"));
      if (format > FORMAT) {
        throw new AcmeFailureException(
            new StateUnusable(file, StateProblem.NEWER_FORMAT, "its format-version is " + format));
      }
      return new LineageFile(
          plan(values, name), generation(values), AdviceText.read(values), upkeep(values));
    } catch (RuntimeException e) { // Every parser below refuses in its own way.
      throw StateFault.corrupt(file, String.valueOf(e.getMessage()));
    }
  }

  void write(Path file) throws IOException {
    Map<String, String> values = new TreeMap<>();
    values.put("format-version", Integer.toString(FORMAT));
    IssuanceRequest request = plan.request();
    values.put("authority", request.authority().id());
    request.authority().roots().ifPresent(roots -> values.put("authority-roots", roots.toString()));
    values.put("subjects", text(request.subjects()));
    put(values, request.key());
    request.profile().ifPresent(profile -> values.put("profile", profile));
    plan.deployHook().ifPresent(hook -> values.put("deploy-hook", hook));
    plan.settings().forEach((key, value) -> values.put(SETTING + key, value));
    generation.ifPresent(present -> put(values, present));
    advice.ifPresent(it -> AdviceText.put(values, it));
    values.put("hook-pending", Boolean.toString(upkeep.hookPending()));
    values.put("failures", Integer.toString(upkeep.failures()));
    upkeep.lastError().ifPresent(error -> values.put("last-error", error));
    upkeep.failedAt().ifPresent(when -> values.put("failed-at", when.toString()));
    upkeep.retryAt().ifPresent(when -> values.put("retry-at", when.toString()));
    DurableFiles.write(file, PropertiesText.format(values));
  }

  private static void put(Map<String, String> values, Generation generation) {
    values.put("generation", Integer.toString(generation.number()));
    values.put("certificate-subjects", text(generation.subjects()));
    values.put("serial", generation.serial());
    values.put("issuer", generation.issuer());
    values.put("not-before", generation.notBefore().toString());
    values.put("not-after", generation.notAfter().toString());
    values.put("issued-at", generation.issuedAt().toString());
    generation.renewAt().ifPresent(when -> values.put("renew-at", when.toString()));
    generation.revokedAt().ifPresent(when -> values.put("revoked-at", when.toString()));
  }

  private static void put(Map<String, String> values, KeyPolicy key) {
    values.put("key-type", key.type().id());
    values.put("reuse-key", Boolean.toString(key.reuse()));
    values.put("key-mode", key.access().modeText());
    key.access().group().ifPresent(group -> values.put("key-group", group));
  }

  private static KeyPolicy key(Map<String, String> values) {
    return new KeyPolicy(
        KeyType.of(required(values, "key-type")).orElseThrow(),
        Boolean.parseBoolean(values.get("reuse-key")),
        KeyAccess.of(
            Optional.ofNullable(values.get("key-group")),
            Optional.ofNullable(values.get("key-mode")).map(KeyAccess::parseMode)));
  }

  private static Lineage.Plan plan(Map<String, String> values, LineageName name) {
    CertificateAuthority authority = CertificateAuthority.of(required(values, "authority"));
    String roots = values.get("authority-roots");
    IssuanceRequest request =
        new IssuanceRequest(
            name,
            subjects(required(values, "subjects")),
            roots == null ? authority : authority.trusting(Path.of(roots)),
            key(values),
            Optional.ofNullable(values.get("profile")));
    Map<String, String> settings =
        values.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(SETTING))
            .collect(
                Collectors.toMap(
                    entry -> entry.getKey().substring(SETTING.length()), Map.Entry::getValue));
    return new Lineage.Plan(request, Optional.ofNullable(values.get("deploy-hook")), settings);
  }

  private static Optional<Generation> generation(Map<String, String> values) {
    String number = values.get("generation");
    if (number == null) {
      return Optional.empty();
    }
    return Optional.of(
        new Generation(
            Integer.parseInt(number),
            subjects(required(values, "certificate-subjects")),
            required(values, "serial"),
            required(values, "issuer"),
            Instant.parse(required(values, "not-before")),
            Instant.parse(required(values, "not-after")),
            Instant.parse(required(values, "issued-at")),
            instant(values, "renew-at"),
            instant(values, "revoked-at")));
  }

  private static Upkeep upkeep(Map<String, String> values) {
    return new Upkeep(
        Boolean.parseBoolean(values.get("hook-pending")),
        Integer.parseInt(values.getOrDefault("failures", "0")),
        Optional.ofNullable(values.get("last-error")),
        instant(values, "failed-at"),
        instant(values, "retry-at"));
  }

  static Optional<Instant> instant(Map<String, String> values, String key) {
    return Optional.ofNullable(values.get(key)).map(Instant::parse);
  }

  static String text(List<Subject> subjects) {
    return subjects.stream().map(Subject::value).collect(Collectors.joining(" "));
  }

  static List<Subject> subjects(String text) {
    return Arrays.stream(text.strip().split(" +")).map(Subject::parse).toList();
  }

  private static String required(Map<String, String> values, String key) {
    String value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("it has no \"" + key + "\"");
    }
    return value;
  }
}
