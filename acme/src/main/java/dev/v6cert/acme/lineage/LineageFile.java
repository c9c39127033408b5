package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateFault;
import dev.v6cert.acme.state.StateFile;
import dev.v6cert.acme.verify.Endpoint;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code renewal/<lineage>.properties}: a plan, the facts of the generation that it was written
 * for, the advice, and the renewal state.
 */
record LineageFile(
    Lineage.Plan plan,
    Optional<Generation> generation,
    Optional<RenewalAdvice> advice,
    RenewalState renewalState) {

  /** 1 knew no hook but the deploy hook, and no limit for it. */
  private static final int FORMAT = 2;

  private static final String SETTING = "setting.";
  private static final String HOOK = "-hook";
  private static final String HOOK_LIMIT = "hook-limit";

  static LineageFile read(Path file, LineageName name) throws AcmeFailureException {
    Map<String, String> values = StateFile.read(file, FORMAT);
    try {
      return new LineageFile(
          plan(values, name), generation(values), AdviceText.read(values), renewalState(values));
    } catch (RuntimeException e) { // Every parser below refuses in its own way.
      throw StateFault.corrupt(file, String.valueOf(e.getMessage()));
    }
  }

  void write(Path file) throws IOException {
    Map<String, String> values = new TreeMap<>();
    values.put(StateFile.VERSION, Integer.toString(FORMAT));
    IssuanceRequest request = plan.request();
    values.put("authority", request.authority().id());
    request.authority().roots().ifPresent(roots -> values.put("authority-roots", roots.toString()));
    values.put("subjects", text(request.subjects()));
    values.put("account", request.account().text());
    put(values, request.key());
    request.profile().ifPresent(profile -> values.put("profile", profile));
    request.preferredChain().ifPresent(issuer -> values.put("preferred-chain", issuer));
    plan.hooks().commands().forEach((kind, hook) -> values.put(kind.id() + HOOK, hook));
    plan.verify().ifPresent(endpoint -> values.put("verify", endpoint.toString()));
    values.put(HOOK_LIMIT, plan.hooks().limit().toString());
    plan.settings().forEach((key, value) -> values.put(SETTING + key, value));
    generation.ifPresent(present -> put(values, present));
    advice.ifPresent(it -> AdviceText.put(values, it));
    values.put("hook-pending", Boolean.toString(renewalState.hookPending()));
    renewalState.deployed().ifPresent(subject -> values.put("deployed", subject));
    values.put("failures", Integer.toString(renewalState.failures()));
    renewalState.failingSince().ifPresent(when -> values.put("failing-since", when.toString()));
    renewalState.lastError().ifPresent(error -> values.put("last-error", error));
    renewalState.failedAt().ifPresent(when -> values.put("failed-at", when.toString()));
    renewalState.retryAt().ifPresent(when -> values.put("retry-at", when.toString()));
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
            Optional.ofNullable(values.get("account"))
                .map(AccountName::new)
                .orElse(AccountName.DEFAULT),
            key(values),
            Optional.ofNullable(values.get("profile")),
            Optional.ofNullable(values.get("preferred-chain")));
    Map<String, String> settings = new HashMap<>();
    values.forEach((key, value) -> {
      if (key.startsWith(SETTING)) {
        settings.put(key.substring(SETTING.length()), value);
      }
    });
    Optional<Endpoint> verify = Optional.ofNullable(values.get("verify")).map(Endpoint::parse);
    return new Lineage.Plan(request, hooks(values), verify, settings);
  }

  private static HookCommands hooks(Map<String, String> values) {
    Map<HookKind, String> commands = new EnumMap<>(HookKind.class);
    for (HookKind kind : HookKind.values()) {
      String command = values.get(kind.id() + HOOK);
      if (command != null) {
        commands.put(kind, command);
      }
    }
    String limit = values.get(HOOK_LIMIT);
    return new HookCommands(
        commands, limit == null ? HookCommands.DEFAULT_LIMIT : Duration.parse(limit));
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

  private static RenewalState renewalState(Map<String, String> values) {
    return new RenewalState(
        Boolean.parseBoolean(values.get("hook-pending")),
        Optional.ofNullable(values.get("deployed")),
        Integer.parseInt(values.getOrDefault("failures", "0")),
        Optional.ofNullable(values.get("last-error")),
        instant(values, "failing-since").or(() -> instant(values, "failed-at")),
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
