package dev.v6cert.cli.option;

import dev.v6cert.acme.hook.HookCheck;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.SettingValue;
import dev.v6cert.cli.setting.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The settings of the commands that are run around and after an issuance. */
public final class HookSettings {

  private static final Duration LONGEST = Duration.ofHours(1);

  /** The command that makes services take up the new certificate. */
  public static final Setting<String> DEPLOY_HOOK =
      hook(
          HookKind.DEPLOY,
          "run COMMAND in a shell after each new certificate, with RENEWED_LINEAGE and"
              + " RENEWED_DOMAINS as certbot sets them");

  /** The command before an order. */
  public static final Setting<String> PRE_HOOK =
      hook(
          HookKind.PRE,
          "run COMMAND before an order, such as to free port 80; if it fails, nothing is ordered");

  /** The command after an order. */
  public static final Setting<String> POST_HOOK =
      hook(HookKind.POST, "run COMMAND after the order, whether it succeeded or failed");

  /** The command that raises the alarm. */
  public static final Setting<String> FAILURE_HOOK =
      hook(
          HookKind.FAILURE,
          "run COMMAND when a renewal or the deploy hook failed, with FAILED_DOMAINS and"
              + " FAILURE_REASON");

  /** The command that publishes the TXT records of DNS-01. */
  public static final Setting<String> DNS_HOOK =
      Setting.of("dns-hook", "COMMAND", text -> text)
          .help(
              "with --challenge dns-01: run COMMAND to publish each TXT record, and again to remove"
                  + " it, with CERTBOT_DOMAIN and CERTBOT_VALIDATION as certbot sets them");

  /** The time that name servers have to show the records. */
  public static final Setting<Duration> DNS_LIMIT =
      Setting.of("dns-limit", "TIME", HookSettings::limit)
          .orElse("5min")
          .help("give up when a name server does not show a TXT record after TIME");

  /** The time limit of each hook. */
  public static final Setting<Duration> HOOK_LIMIT =
      Setting.of("hook-limit", "TIME", HookSettings::limit)
          .orElse("2min")
          .help("end a hook after TIME, such as 90s or 5min");

  /** The server that is to show each new certificate. */
  public static final Setting<Endpoint> VERIFY =
      Setting.of("verify", "HOST:PORT", Endpoint::parse)
          .help("check after each deployment that the TLS server there shows the new certificate");

  private static final Map<HookKind, Setting<String>> HOOKS =
      new EnumMap<>(
          Map.of(
              HookKind.PRE,
              PRE_HOOK,
              HookKind.DEPLOY,
              DEPLOY_HOOK,
              HookKind.POST,
              POST_HOOK,
              HookKind.FAILURE,
              FAILURE_HOOK));

  private HookSettings() {}

  private static Setting<String> hook(HookKind kind, String help) {
    return Setting.of(kind.id() + "-hook", "COMMAND", text -> text).help(help);
  }

  private static Duration limit(String text) {
    Duration limit = DurationText.parse(text);
    if (limit.isZero() || limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("it is not within 1s and 1h");
    }
    return limit;
  }

  /** The hooks that are set. */
  public static HookCommands commands(Settings settings) {
    Map<HookKind, String> commands = new EnumMap<>(HookKind.class);
    HOOKS.forEach((kind, setting) ->
        settings.find(setting).ifPresent(command -> commands.put(kind, command)));
    return new HookCommands(commands, settings.value(HOOK_LIMIT));
  }

  /** The hooks of a lineage, with those that are set in place of its own of the same kind. */
  public static HookCommands over(HookCommands own, Settings settings) {
    HookCommands hooks = own;
    for (Map.Entry<HookKind, String> one : commands(settings).commands().entrySet()) {
      hooks = hooks.with(one.getKey(), one.getValue());
    }
    return settings.isSet(HOOK_LIMIT) ? hooks.within(settings.value(HOOK_LIMIT)) : hooks;
  }

  /**
   * Refuses hooks that cannot work, before anything is looked at.
   *
   * @throws CliFailureException when one cannot work
   */
  public static void check(Settings settings) throws CliFailureException {
    List<Setting<String>> all = new ArrayList<>(HOOKS.values());
    all.add(DNS_HOOK);
    for (Setting<String> setting : all) {
      Optional<SettingValue> given = settings.given(setting);
      Optional<String> fault = settings.find(setting).flatMap(HookCheck::fault);
      if (given.isPresent() && fault.isPresent()) {
        throw settings.refusal(setting, given.get(), fault.get());
      }
    }
  }
}
