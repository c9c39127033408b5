package dev.v6cert.acme.store;

import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A certificate and its successors, under one name and one path.
 *
 * @param plan what its next certificate is asked for with
 * @param generation the present certificate; empty when the first was never finished
 * @param advice when the authority would have that one renewed; empty where it was never asked
 * @param upkeep what is left to do
 * @param live the directory of the present certificate's files, the same through all renewals
 */
public record Lineage(
    Plan plan,
    Optional<Generation> generation,
    Optional<RenewalAdvice> advice,
    Upkeep upkeep,
    Path live) {

  /** Drops advice that is about another certificate. */
  public Lineage {
    Optional<Generation> present = generation;
    advice = advice.filter(it -> present.filter(it::isOf).isPresent());
  }

  /**
   * How a lineage is renewed.
   *
   * @param request what to ask the authority for
   * @param deployHook the command to run after each renewal
   * @param settings the caller's own settings, kept word for word
   */
  public record Plan(
      IssuanceRequest request, Optional<String> deployHook, Map<String, String> settings) {

    /** Copies the settings. */
    public Plan {
      settings = Map.copyOf(settings);
    }

    /** A plan without hook and settings. */
    public static Plan of(IssuanceRequest request) {
      return new Plan(request, Optional.empty(), Map.of());
    }
  }

  /** The lineage's name. */
  public LineageName name() {
    return plan.request().lineage();
  }

  /** The private key, PKCS#8 PEM. */
  public Path privateKey() {
    return live.resolve("privkey.pem");
  }

  /** The certificate and what links it to a root, PEM; what servers want. */
  public Path fullChain() {
    return live.resolve("fullchain.pem");
  }
}
