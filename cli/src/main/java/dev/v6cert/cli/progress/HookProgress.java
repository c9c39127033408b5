package dev.v6cert.cli.progress;

import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookResult;
import dev.v6cert.acme.hook.HookRunner;
import dev.v6cert.acme.hook.HookRunner.Listener;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.TimeText;
import java.time.Clock;
import java.util.Set;

/**
 * Shows how a deployment goes.
 *
 * @param console where
 */
public record HookProgress(Console console) implements Listener {

  /** The variables of this process that no hook gets. */
  public static final Set<String> SECRETS = Set.of(AccountSettings.EAB_HMAC.variable());

  public static HookRunner runner(Console console) {
    return new HookRunner(Clock.systemUTC(), new HookProgress(console), SECRETS);
  }

  @Override
  public void started(HookKind kind) {
    console.steps().begin("running the " + kind.id() + " hook");
  }

  @Override
  public void ended(HookResult result) {
    if (result.succeeded()) {
      console.steps().done(result.kind().id() + " hook ran (" + TimeText.of(result.took()) + ")");
    } else {
      console.steps().fail();
    }
  }

  @Override
  public void verifying(Endpoint endpoint) {
    console.steps().begin("looking at what " + endpoint + " shows");
  }

  @Override
  public void verified(Endpoint endpoint) {
    console.steps().done(endpoint + " shows the new certificate");
  }
}
