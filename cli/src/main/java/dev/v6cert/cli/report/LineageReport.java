package dev.v6cert.cli.report;

import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.lineage.AddressPlan;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.RenewalState;
import dev.v6cert.acme.renew.RenewalDecision;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.TimeText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A lineage in words and in JSON. */
public final class LineageReport {

  private LineageReport() {}

  /** The names in the certificate; before there is one, those that were asked for. */
  public static List<String> names(Lineage lineage) {
    return lineage.subjects().stream().map(Subject::value).toList();
  }

  /** The time at which the certificate ends. */
  public static String expiry(Lineage lineage, Instant now) {
    return expiry(lineage, now, false);
  }

  /** The time at which the certificate ends; in brief only how far away that is. */
  static String expiry(Lineage lineage, Instant now, boolean brief) {
    Optional<Generation> generation = lineage.generation();
    return generation.isPresent()
        ? when(generation.get().notAfter(), now, brief)
        : brief ? "never" : "no certificate yet";
  }

  /** An instant, and how far away it is. */
  static String when(Instant instant, Instant now) {
    return when(instant, now, false);
  }

  private static String when(Instant instant, Instant now, boolean brief) {
    Duration left = Duration.between(now, instant);
    String away =
        left.isNegative() ? TimeText.of(left.negated()) + " ago" : "in " + TimeText.of(left);
    return brief ? away : TimeText.of(instant) + " (" + away + ")";
  }

  /** The time of the next renewal, and why then. */
  public static String renewal(Lineage lineage, Instant now) {
    return renewal(lineage, now, false);
  }

  /** The time of the next renewal; in brief without a reason. */
  static String renewal(Lineage lineage, Instant now, boolean brief) {
    RenewalDecision decision = RenewalDecision.of(lineage, now);
    Optional<Instant> next = decision.nextIfNotDue();
    if (next.isPresent()) {
      return when(next.get(), now, brief);
    }
    if (decision instanceof RenewalDecision.Deferred deferred) {
      return brief
          ? when(deferred.until(), now, true)
          : "not before " + when(deferred.until(), now) + ", after failures";
    }
    return brief ? "due now" : why(((RenewalDecision.Due) decision).reason());
  }

  private static String why(RenewalDecision.Reason reason) {
    return switch (reason) {
      case NO_CERTIFICATE -> "due: there is no certificate yet";
      case EXPIRED -> "due: it has expired";
      case ADVISED -> "due now: the CA asks for it";
      case REVOKED -> "due: it was revoked";
      case NAMES_CHANGED -> "due: its names have changed";
      case LIFETIME, FORCED -> "due now";
    };
  }

  /** The address that browsers open: that of the first name asked for. */
  public static String url(Lineage lineage) {
    return switch (lineage.plan().request().subjects().getFirst()) {
      case Subject.Dns dns -> "https://" + dns.name() + "/";
      case Subject.Wildcard any -> "https://" + any.base() + "/";
      case Subject.Ip ip -> "https://" + ip.address().urlHost() + "/";
    };
  }

  /** The type of the key and its readers. */
  public static String key(Lineage lineage) {
    KeyPolicy key = lineage.plan().request().key();
    KeyAccess access = key.access();
    return key.type().id()
        + (key.reuse() ? ", kept by renewals" : "")
        + (access.isForGroup()
            ? ", readable by " + access.group().map(it -> "the group " + it).orElse("its group")
            : "");
  }

  /** The lineage's members. */
  public static JsonObject json(Lineage lineage, Instant now) {
    JsonObject json =
        JsonObject.empty()
            .put("lineage", lineage.name().text())
            .putStrings("names", names(lineage));
    put(lineage.plan(), json);
    put(lineage.generation(), json);
    put(RenewalDecision.of(lineage, now), now, json);
    RenewalState renewalState = lineage.renewalState();
    return json.put("failures", renewalState.failures())
        .put("failing_since", renewalState.streak().map(it -> it.since().toString()))
        .put("last_error", renewalState.lastError())
        .put("hook_pending", renewalState.hookPending())
        .put("live", lineage.live().toString())
        .put("fullchain", lineage.fullChain().toString())
        .put("privkey", lineage.privateKey().toString());
  }

  private static void put(Lineage.Plan plan, JsonObject json) {
    IssuanceRequest request = plan.request();
    KeyPolicy key = request.key();
    json.put("ca", request.authority().id())
        .put("account", request.account().text())
        .put("preferred_chain", request.preferredChain())
        .put("key_type", key.type().id())
        .put("profile", request.profile())
        .put("reuse_key", key.reuse())
        .put("key_group", key.access().group())
        .put("key_mode", key.access().modeText())
        .put("deploy_hook", plan.hooks().find(HookKind.DEPLOY))
        .put("pre_hook", plan.hooks().find(HookKind.PRE))
        .put("post_hook", plan.hooks().find(HookKind.POST))
        .put("failure_hook", plan.hooks().find(HookKind.FAILURE))
        .put("verify", plan.verify().map(Endpoint::toString))
        .put("follows_address", plan.follows().map(it -> it.address().toString()));
    plan.follows()
        .flatMap(AddressPlan::beside)
        .ifPresent(ipv4 -> json.put("follows_beside", ipv4.toString()));
  }

  private static void put(Optional<Generation> generation, JsonObject json) {
    json.put("serial", generation.map(Generation::serial))
        .put("issuer", generation.map(Generation::issuer))
        .put("not_before", generation.map(it -> it.notBefore().toString()))
        .put("not_after", generation.map(it -> it.notAfter().toString()))
        .put("revoked_at", generation.flatMap(Generation::revokedAt).map(Instant::toString));
  }

  private static void put(RenewalDecision decision, Instant now, JsonObject json) {
    switch (decision) {
      case RenewalDecision.NotDue notDue ->
          json.put("due", false).put("renew_at", notDue.next().toString());
      case RenewalDecision.Deferred deferred ->
          json.put("due", true).put("renew_at", deferred.until().toString());
      case RenewalDecision.Due _ -> json.put("due", true).put("renew_at", now.toString());
    }
  }
}
