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
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.acme.state.StateFile;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.NameForm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
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

  /** {@link LineageMigration} knows the older ones. */
  private static final int FORMAT = 6;

  /** Written where names are proven by no other TXT records than those of DNS-01. */
  private static final int FORMAT_OF_DNS_01 = 5;

  /** Written where one address at most is followed. */
  private static final int FORMAT_OF_ONE_ADDRESS = 4;

  /** Written where nothing is in the file that versions which know this one would miss. */
  private static final int FORMAT_WITHOUT_TXT = 3;

  static final String FOLLOWED = "follow.address";
  static final String FOLLOWED_BESIDE = "follow.beside";
  static final String FOLLOWED_NAME = "follow.name";
  static final String FOLLOWED_FORM = "follow.form";
  static final String FOLLOWED_INTERFACE = "follow.interface";
  static final String FOLLOWED_OUTSIDE = "follow.outside";
  static final String STANDS_IN = "stands-in";
  static final String FAILURES = "failure.count";
  static final String LAST_ERROR = "failure.error";
  static final String FAILING_SINCE = "failure.since";
  static final String FAILED_AT = "failure.last";
  static final String RETRY_AT = "failure.retry-at";

  private static final String HOOK = "-hook";
  private static final String HOOK_LIMIT = "hook-limit";

  static LineageFile read(Path file, LineageName name) throws AcmeFailureException {
    Map<String, String> stored = StateFile.read(file, FORMAT);
    try {
      Map<String, String> values = LineageMigration.present(stored);
      return new LineageFile(
          plan(values, name), generation(values), RenewalAdvice.read(values), renewalState(values));
    } catch (RuntimeException e) { // Every parser below refuses in its own way.
      throw StateFailures.corrupt(file, String.valueOf(e.getMessage()));
    }
  }

  void write(Path file) throws IOException {
    Map<String, String> values = new TreeMap<>();
    values.put(StateFile.VERSION, Integer.toString(format()));
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
    ResponderText.put(values, plan.responder());
    plan.follows().ifPresent(address -> put(values, address));
    ResponderText.putIf(plan.standsIn(), values, STANDS_IN);
    generation.ifPresent(present -> put(values, present));
    advice.ifPresent(it -> it.put(values));
    values.put("hook-pending", Boolean.toString(renewalState.hookPending()));
    renewalState.deployed().ifPresent(subject -> values.put("deployed", subject));
    renewalState.streak().ifPresent(streak -> put(values, streak));
    DurableFiles.write(file, PropertiesText.format(values));
  }

  private int format() {
    if (ResponderText.isOtherThanDns01(plan.responder())) {
      return FORMAT;
    }
    return plan.follows().flatMap(AddressPlan::beside).isPresent()
        ? FORMAT_OF_DNS_01
        : plan.responder().txt().isPresent() ? FORMAT_OF_ONE_ADDRESS : FORMAT_WITHOUT_TXT;
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

  private static void put(Map<String, String> values, AddressPlan follows) {
    values.put(FOLLOWED, follows.address().toString());
    follows.beside().ifPresent(ipv4 -> values.put(FOLLOWED_BESIDE, ipv4.toString()));
    follows.name().ifPresent(name -> values.put(FOLLOWED_NAME, name.text()));
    follows
        .form()
        .ifPresent(form -> values.put(FOLLOWED_FORM, form.name().toLowerCase(Locale.ROOT)));
    follows.onInterface().ifPresent(name -> values.put(FOLLOWED_INTERFACE, name));
    ResponderText.putIf(follows.outside(), values, FOLLOWED_OUTSIDE);
  }

  private static void put(Map<String, String> values, RenewalState.FailureStreak streak) {
    values.put(FAILURES, Integer.toString(streak.count()));
    values.put(LAST_ERROR, streak.lastError());
    values.put(FAILING_SINCE, streak.since().toString());
    values.put(FAILED_AT, streak.last().toString());
    values.put(RETRY_AT, streak.retryAt().toString());
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
    return new Lineage.Plan(
        request,
        hooks(values),
        Optional.ofNullable(values.get("verify")).map(Endpoint::parse),
        ResponderText.read(values),
        follows(values),
        values.containsKey(STANDS_IN));
  }

  /** The address that is followed; none where it is damaged: the lineage stays with its names. */
  private static Optional<AddressPlan> follows(Map<String, String> values) {
    try {
      return Optional.ofNullable(values.get(FOLLOWED))
          .flatMap(IpAddress::tryParse)
          .map(address ->
              new AddressPlan(
                  address,
                  Optional.ofNullable(values.get(FOLLOWED_BESIDE)).map(Ipv4Address::parse),
                  Optional.ofNullable(values.get(FOLLOWED_NAME)).map(HostName::of),
                  Optional.ofNullable(values.get(FOLLOWED_FORM))
                      .map(form -> NameForm.valueOf(form.toUpperCase(Locale.ROOT))),
                  Optional.ofNullable(values.get(FOLLOWED_INTERFACE)),
                  values.containsKey(FOLLOWED_OUTSIDE)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
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
            new Generation.Facts(
                subjects(required(values, "certificate-subjects")),
                required(values, "serial"),
                required(values, "issuer"),
                Instant.parse(required(values, "not-before")),
                Instant.parse(required(values, "not-after"))),
            Instant.parse(required(values, "issued-at")),
            instant(values, "renew-at"),
            instant(values, "revoked-at")));
  }

  private static RenewalState renewalState(Map<String, String> values) {
    return new RenewalState(
        Boolean.parseBoolean(values.get("hook-pending")),
        Optional.ofNullable(values.get("deployed")),
        streak(values));
  }

  private static Optional<RenewalState.FailureStreak> streak(Map<String, String> values) {
    int count = Integer.parseInt(values.getOrDefault(FAILURES, "0"));
    if (count == 0) {
      return Optional.empty();
    }
    Instant last = instant(values, FAILED_AT).orElse(Instant.EPOCH);
    return Optional.of(
        new RenewalState.FailureStreak(
            count,
            values.getOrDefault(LAST_ERROR, ""),
            instant(values, FAILING_SINCE).orElse(last),
            last,
            instant(values, RETRY_AT).orElse(last)));
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
