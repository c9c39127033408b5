package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.deploy.HookOutcomes;
import dev.v6cert.acme.deploy.LineageHooks;
import dev.v6cert.acme.issue.CertificateIssuer;
import dev.v6cert.acme.issue.IssuancePreparation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.check.OpenFileLimit;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.plan.Candidates;
import dev.v6cert.cli.plan.CertificatePlan;
import dev.v6cert.cli.plan.ChosenAddress;
import dev.v6cert.cli.plan.LineageChoice;
import dev.v6cert.cli.plan.LocalCertificatePlan;
import dev.v6cert.cli.plan.ReusableCertificate;
import dev.v6cert.cli.process.LibraryProviders;
import dev.v6cert.cli.progress.HookProgress;
import dev.v6cert.cli.progress.IssuanceProgress;
import dev.v6cert.cli.reachability.FirewallJournal;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.TimeText;
import dev.v6cert.ipv6.Lifetime;
import java.io.IOException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Gets the certificate that settings ask for: from the machine's address to the files on disk, with
 * the hooks around it.
 */
public final class Provisioner {
  /** The diagnoses that an address of the other family may have the cure for. */
  private static final Set<Diagnosis> UNREACHABLE =
      EnumSet.of(Diagnosis.NOBODY_CONNECTED, Diagnosis.CONNECTION_REFUSED, Diagnosis.NOBODY_ASKED);

  private final Settings settings;
  private final Console console;
  private final StateDirectory directory;

  /** A provisioner that tells the console of each step. */
  public Provisioner(Settings settings, Console console) {
    this.settings = settings;
    this.console = console;
    this.directory = new StateDirectory(settings.value(GlobalSettings.STATE_DIR));
  }

  /** The result; a failure is thrown instead. */
  public sealed interface Result {
    /** The hooks that ran, and the failures beside the certificate. */
    HookOutcomes hooks();
  }

  /**
   * A certificate is on disk.
   *
   * @param kept whether it was there before and is still good
   */
  public record Obtained(Lineage lineage, boolean kept, HookOutcomes hooks) implements Result {}

  /** A dry run succeeded; nothing was installed. */
  public record Rehearsed(Lineage.Plan plan, HookOutcomes hooks) implements Result {}

  /**
   * Gets the certificate, keeps one that is still good, or only tries with {@code --dry-run}. Where
   * the CA cannot connect to the best address and no family was chosen, that of the other family is
   * tried.
   *
   * @throws AcmeFailureException when there is no certificate; hooks that failed were reported
   * @throws CliFailureException when the settings or this machine rule one out
   * @throws IOException when the machine's addresses cannot be read
   */
  public Result obtain()
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    LibraryProviders.set(settings.value(GlobalSettings.DEBUG));
    CertificateAuthority authority = checkedAuthority();
    new FirewallJournal(directory).removeLeftover(console);
    CertificateIssuer issuer = issuer(authority);
    if (authority.isLocal()) {
      return obtainLocally(issuer);
    }
    ChosenAddress address = address();
    try {
      return obtain(address, authority, issuer);
    } catch (AcmeFailureException e) {
      Optional<ChosenAddress> other =
          isUnreachable(e.failure()) ? address.otherFamily(settings) : Optional.empty();
      if (other.isEmpty()) {
        throw e;
      }
      console.steps().fail();
      console.warn(ErrorTexts.line(e.failure()) + "; trying " + other.get().text());
      return obtain(other.get(), authority, issuer);
    }
  }

  /** Whether the authority, or its resolver, could not reach this machine at all. */
  private static boolean isUnreachable(AcmeFailure failure) {
    return failure instanceof AcmeFailure.ValidationFailed failed
        && failed.validations().stream()
            .map(one -> one.diagnosis())
            .allMatch(UNREACHABLE::contains);
  }

  private Result obtain(
      ChosenAddress address, CertificateAuthority authority, CertificateIssuer issuer)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    Candidates wanted = Candidates.of(settings, authority, address);
    Preflight preflight = Preflight.begin(wanted.first().plan(), address, settings, console);
    preflight.checkNames(wanted.first());
    try (StateLock lock = StateLockWait.lock(directory, console)) {
      Candidates settled = inLineages(wanted);
      Optional<Candidates.Candidate> kept = kept(settled);
      Candidates candidates =
          kept.isPresent()
              ? settled
              : settled.answering(preflight.passable(settled.first().plan()));
      preflight.warn();
      Candidates.Candidate first = candidates.first();
      if (settings.value(CertificateSettings.DRY_RUN)) {
        return rehearse(lock, first.plan(), issuer);
      }
      return candidates
          .from(kept.orElse(first))
          .tryInOrder(
              console,
              candidate -> {
                if (!candidate.equals(first)) {
                  preflight.checkNames(candidate);
                }
                return keepOrIssue(lock, candidate.plan(), issuer);
              });
    }
  }

  /** The same by the authority of this machine, which is made here if it is not there yet. */
  private Result obtainLocally(CertificateIssuer issuer)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    LocalCertificatePlan wanted = LocalCertificatePlan.of(settings, directory, console);
    try (StateLock lock = StateLockWait.lock(directory, console)) {
      Lineage.Plan plan = inLineages(wanted.candidates()).first().plan();
      if (settings.value(CertificateSettings.DRY_RUN)) {
        return rehearse(lock, plan, issuer);
      }
      wanted.makeAuthority(lock, console);
      return keepOrIssue(lock, plan, issuer);
    }
  }

  /** The authority, once the settings are known to agree with each other. */
  private CertificateAuthority checkedAuthority() throws AcmeFailureException, CliFailureException {
    CertificateAuthority authority = CertificatePlan.authority(settings);
    CertificatePlan.check(settings);
    AccountSettings.check(settings);
    OpenFileLimit.check();
    return authority;
  }

  /** An issuer that begins to connect at once, while the address is looked for. */
  private CertificateIssuer issuer(CertificateAuthority authority) {
    return new CertificateIssuer(
        IssuancePreparation.begin(authority, settings.value(CertificateSettings.KEY_TYPE)));
  }

  private ChosenAddress address() throws CliFailureException, IOException, InterruptedException {
    ChosenAddress address = ChosenAddress.find(settings);
    console.steps().done("address " + address.text());
    if (address.validFor().isPresent()) {
      String left =
          address.validFor().get() instanceof Lifetime.Lasting lasting
              ? " and gone in " + TimeText.of(lasting.left())
              : "";
      console.warn(
          address.address()
              + " is deprecated"
              + left
              + ": the network has taken its prefix back; the certificate is for it all the same");
    }
    return address;
  }

  /** The candidates in the lineages that are for their names; warns of one that is left behind. */
  private Candidates inLineages(Candidates wanted) throws AcmeFailureException {
    LineageChoice choice = LineageChoice.in(directory, settings);
    Candidates candidates = wanted.settled(choice);
    Optional<Lineage> leftBehind = choice.leftBehind(candidates.first().plan());
    if (leftBehind.isPresent()) {
      console.warn(
          "this makes a second lineage beside "
              + leftBehind.get().name()
              + ", which is for an address that this machine had; to move that one here instead:"
              + " v6cert renew --lineage "
              + leftBehind.get().name());
    }
    return candidates;
  }

  private Optional<Candidates.Candidate> kept(Candidates candidates) {
    return settings.value(CertificateSettings.FORCE) || settings.value(CertificateSettings.DRY_RUN)
        ? Optional.empty()
        : candidates.kept(directory, Instant.now());
  }

  private Rehearsed rehearse(StateLock lock, Lineage.Plan plan, CertificateIssuer issuer)
      throws AcmeFailureException, CliFailureException {
    PlannedIssuance issuance =
        new PlannedIssuance(issuer, TermsQuestion.registration(settings, console), console);
    ReportingHooks hooks = ReportingHooks.of(lock, plan.request().lineage(), console);
    boolean _ =
        hooks.around(
            plan,
            () -> {
              issuance.rehearse(lock, plan);
              return true;
            });
    return new Rehearsed(plan, hooks.ofLineage().hookOutcomes());
  }

  private Obtained keepOrIssue(StateLock lock, Lineage.Plan plan, CertificateIssuer issuer)
      throws AcmeFailureException, CliFailureException {
    boolean force = settings.value(CertificateSettings.FORCE);
    Optional<Lineage> good =
        force ? Optional.empty() : ReusableCertificate.find(directory, plan, Instant.now());
    ReportingHooks hooks = ReportingHooks.of(lock, plan.request().lineage(), console);
    Lineage lineage =
        good.isPresent()
            ? ReusableCertificate.keep(lock, good.get(), plan, settings, console)
            : issue(lock, plan, issuer, hooks);
    Lineage deployed = hooks.ofLineage().settle(lineage);
    return new Obtained(deployed, good.isPresent(), hooks.ofLineage().hookOutcomes());
  }

  private Lineage issue(
      StateLock lock, Lineage.Plan plan, CertificateIssuer issuer, ReportingHooks hooks)
      throws AcmeFailureException, CliFailureException {
    if (!settings.value(CertificateSettings.FORCE)) {
      StagingGuard.refuse(directory, plan, Instant.now());
    }
    if (!console.json()) {
      TransparencyNotice.of(directory, plan.request()).ifPresent(console::note);
    }
    PlannedIssuance issuance =
        new PlannedIssuance(issuer, TermsQuestion.registration(settings, console), console);
    Lineage lineage =
        hooks.around(
            plan,
            () -> {
              console.steps().begin(beginning(plan.request().authority()));
              return issuance.issue(lock, plan);
            });
    hooks.ofLineage().succeeded();
    return lineage;
  }

  private static String beginning(CertificateAuthority authority) {
    return authority.isLocal()
        ? "signing by the CA of this machine"
        : "connecting to " + IssuanceProgress.name(authority);
  }

  /**
   * The hooks around an issuance or a rehearsal that somebody typed. Those that fail are reported.
   *
   * @param ofLineage those of the lineage
   * @param console where hooks that fail are reported
   */
  private record ReportingHooks(LineageHooks ofLineage, Console console) {

    static ReportingHooks of(StateLock lock, LineageName name, Console console) {
      return new ReportingHooks(
          new LineageHooks(lock, name, HookProgress.runner(console), ErrorTexts::line), console);
    }

    /** Runs the attempt between the pre and the post hook, and fails when it fails. */
    <T> T around(Lineage.Plan plan, LineageHooks.Attempt<T> attempt) throws AcmeFailureException {
      try {
        return ofLineage.around(plan, attempt);
      } catch (AcmeFailureException e) {
        ExitStatus _ = ErrorTexts.tell(ofLineage.hookOutcomes().failures(), console);
        throw e;
      }
    }
  }
}
