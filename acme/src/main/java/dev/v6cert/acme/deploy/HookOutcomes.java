package dev.v6cert.acme.deploy;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.hook.HookResult;
import java.util.List;

/**
 * The results of a run beside the certificate itself.
 *
 * @param ran the hooks that were run, in order, those that earlier runs left over among them
 * @param failures what no other failure tells of: hooks other than the pre hook that failed, and a
 *     server that does not show the certificate
 */
public record HookOutcomes(List<HookResult> ran, List<AcmeFailure> failures) {

  /** Nothing was run. */
  public static final HookOutcomes NONE = new HookOutcomes(List.of(), List.of());

  /** Copies the lists. */
  public HookOutcomes {
    ran = List.copyOf(ran);
    failures = List.copyOf(failures);
  }
}
