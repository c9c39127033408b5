package dev.v6cert.cli.plan;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.AddressPlan;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.renew.RenewalDecision;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.HookSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Finds the certificate that makes a new one needless. */
public final class ReusableCertificate {

  private ReusableCertificate() {}

  /**
   * The lineage of the plan's name, when its certificate is for the same names and by the same CA,
   * its profile and the kind of its key are the same, it is not due, and its files are whole.
   */
  public static Optional<Lineage> find(StateDirectory directory, Lineage.Plan plan, Instant now) {
    CertificateStore store = new CertificateStore(directory);
    return store
        .loaded(plan.request().lineage())
        .filter(lineage -> isSame(lineage.plan().request(), plan.request()))
        .filter(lineage -> isForNames(lineage, plan.request().subjects()))
        .filter(lineage -> RenewalDecision.of(lineage, now).nextIfNotDue().isPresent())
        .filter(lineage -> !new LocalAuthorityStore(directory).hasReplacedIssuerOf(lineage))
        .filter(lineage -> isWhole(store, lineage));
  }

  /**
   * The lineage as it is kept: with each hook and the server that are given now in place of its
   * own, and with the plan's way to answer the CA, if one was chosen.
   */
  public static Lineage keep(
      StateLock lock, Lineage lineage, Lineage.Plan plan, Settings settings, Console console)
      throws AcmeFailureException {
    console
        .steps()
        .done(
            plan.standsIn()
                ? "kept the certificate for "
                    + Candidates.names(plan)
                    + ", which is still good; --force asks for the name in the first zone again"
                : "kept the certificate for the same names, which is still good");
    Lineage.Plan own = lineage.plan();
    Lineage.Plan hooked = own.with(HookSettings.over(own.hooks(), settings));
    Lineage.Plan deploying = plan.verify().map(hooked::seenOn).orElse(hooked);
    Lineage.Plan adopted =
        ResponderOptions.isChosen(settings) ? deploying.answering(plan.responder()) : deploying;
    Lineage kept = adopted.equals(own) ? lineage : new LineageWriter(lock).with(lineage, adopted);
    if (!hooked.equals(own)) {
      console.steps().done("its hooks are the ones given now");
    }
    if (!deploying.equals(hooked)) {
      console.steps().done("its renewals look at the server of --verify");
    }
    if (!adopted.equals(deploying)) {
      console
          .steps()
          .done(
              "its renewals answer the CA "
                  + TxtRecordOptions.where(adopted.responder(), adopted.request().subjects()));
    }
    List<String> unchanged = differing(adopted, plan);
    if (!unchanged.isEmpty()) {
      console.note(
          String.join(", ", unchanged)
              + (unchanged.size() == 1 ? " stays as it was" : " stay as they were")
              + " when it was obtained; add --force for a new certificate with what is given now");
    }
    return kept;
  }

  /** The options of a kept certificate that are not as they are given now. */
  private static List<String> differing(Lineage.Plan own, Lineage.Plan wanted) {
    IssuanceRequest one = own.request();
    IssuanceRequest other = wanted.request();
    Set<String> flags = new LinkedHashSet<>();
    BiConsumer<Boolean, Setting<?>> compare =
        (same, setting) -> {
          if (!same) {
            flags.add(setting.flag());
          }
        };
    KeyAccess readers = one.key().access();
    KeyAccess others = other.key().access();
    compare.accept(one.account().equals(other.account()), AccountSettings.ACCOUNT);
    compare.accept(
        one.authority().roots().equals(other.authority().roots()), CertificateSettings.CA_ROOT);
    compare.accept(
        one.preferredChain().equals(other.preferredChain()), CertificateSettings.PREFERRED_CHAIN);
    compare.accept(one.key().reuse() == other.key().reuse(), CertificateSettings.REUSE_KEY);
    compare.accept(readers.group().equals(others.group()), CertificateSettings.KEY_GROUP);
    compare.accept(readers.mode() == others.mode(), CertificateSettings.KEY_MODE);
    Optional<AddressPlan> follows = own.follows();
    Optional<AddressPlan> would = wanted.follows();
    compare.accept(follows.isPresent() == would.isPresent(), NameSettings.ADDRESS);
    if (follows.isPresent() && would.isPresent()) {
      compare.accept(follows.get().form().equals(would.get().form()), NameSettings.FORM);
      compare.accept(
          follows.get().onInterface().equals(would.get().onInterface()), NameSettings.INTERFACE);
    }
    return List.copyOf(flags);
  }

  private static boolean isSame(IssuanceRequest stored, IssuanceRequest wanted) {
    return stored.authority().directory().equals(wanted.authority().directory())
        && stored.key().type() == wanted.key().type()
        && stored.profile().equals(wanted.profile());
  }

  private static boolean isForNames(Lineage lineage, List<Subject> subjects) {
    Set<Subject> wanted = new HashSet<>(subjects);
    return lineage
        .generation()
        .map(Generation::subjects)
        .filter(has -> new HashSet<>(has).equals(wanted))
        .isPresent();
  }

  private static boolean isWhole(CertificateStore store, Lineage lineage) {
    try {
      store.verify(lineage.name());
      return true;
    } catch (AcmeFailureException e) {
      return false;
    }
  }
}
