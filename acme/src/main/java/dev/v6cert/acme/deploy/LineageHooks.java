package dev.v6cert.acme.deploy;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.DeployFailure;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookResult;
import dev.v6cert.acme.hook.HookRunner;
import dev.v6cert.acme.lineage.HookRecord;
import dev.v6cert.acme.lineage.HookRecords;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.verify.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The hooks of one lineage in one run, each kind run at most once. What they are told is what
 * certbot tells its own: {@code RENEWED_LINEAGE}, the directory of the live files, {@code
 * RENEWED_DOMAINS} and {@code FAILED_DOMAINS}, names with spaces between; and {@code
 * FAILURE_REASON}; and {@code OLD_NAME} and {@code NEW_NAME} to deploy a certificate for another
 * name than the last.
 *
 * <p>That a hook is owed is on disk before it is started. One that fails, or that a kill of this
 * process keeps from ending, is so run again by the next run; it must bear to be run twice.
 */
public final class LineageHooks {

  private final StateLock lock;
  private final LineageName name;
  private final HookRunner runner;
  private final HookRecords records;
  private final Function<AcmeFailure, String> words;
  private final List<HookResult> ran = new ArrayList<>();
  private final List<AcmeFailure> failures = new ArrayList<>();
  private final Set<HookKind> kinds = EnumSet.noneOf(HookKind.class);

  /**
   * The hooks of the lineage.
   *
   * @param words a failure in a line for people, to be told the failure hook
   */
  public LineageHooks(
      StateLock lock, LineageName name, HookRunner runner, Function<AcmeFailure, String> words) {
    this.lock = lock;
    this.name = name;
    this.runner = runner;
    this.records = new HookRecords(lock.directory());
    this.words = words;
  }

  /** An issuance, or a rehearsal of one. */
  @FunctionalInterface
  public interface Attempt<T> {
    /** Makes it. */
    T make() throws AcmeFailureException;
  }

  /**
   * Runs the pre hook, the attempt, and the post hook, whatever came of the first two.
   *
   * @throws AcmeFailureException of the attempt; as {@code HookFailed} when the pre hook fails, and
   *     then there is no attempt
   */
  public <T> T around(Lineage.Plan plan, Attempt<T> attempt) throws AcmeFailureException {
    String names = names(plan.request().subjects());
    Map<String, String> failed = Map.of("RENEWED_DOMAINS", "", "FAILED_DOMAINS", names);
    Optional<String> post = plan.hooks().find(HookKind.POST);
    if (post.isPresent()) {
      records.addPending(
          lock,
          name,
          new HookRecord.PendingHook(HookKind.POST, post.get(), plan.hooks().limit(), failed));
    }
    Map<String, String> outcome = failed;
    try {
      Optional<HookResult> pre = run(plan.hooks(), HookKind.PRE, Map.of());
      if (pre.isPresent() && !pre.get().succeeded()) {
        throw new AcmeFailureException(new DeployFailure.HookFailed(name, pre.get()));
      }
      T made = attempt.make();
      outcome = Map.of("RENEWED_DOMAINS", names, "FAILED_DOMAINS", "");
      return made;
    } finally {
      run(plan.hooks(), HookKind.POST, outcome);
    }
  }

  /**
   * Runs what is owed: the deploy hook where it is pending, and what earlier runs left behind. A
   * thread that is interrupted leaves it to the next run.
   *
   * @throws AcmeFailureException when it cannot be written down that the deploy hook succeeded
   */
  public Lineage settle(Lineage lineage) throws AcmeFailureException {
    boolean pending =
        lineage.renewalState().hookPending() && !Thread.currentThread().isInterrupted();
    Lineage settled = pending ? deploy(lineage) : lineage;
    settle();
    return settled;
  }

  /** Runs what earlier runs left behind for a name, whether or not it is a lineage. */
  public void settle() throws AcmeFailureException {
    for (HookRecord.PendingHook hook : records.find(name).pending().values()) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      run(hook.commands(), hook.kind(), hook.environment());
    }
  }

  /** Makes services take up the certificate, and sees whether they did. */
  private Lineage deploy(Lineage lineage) throws AcmeFailureException {
    Optional<AcmeFailure> failure = runDeployHook(lineage);
    if (failure.isEmpty() && lineage.plan().verify().isPresent()) {
      Endpoint endpoint = lineage.plan().verify().get();
      runner.listener().verifying(endpoint);
      failure = ServedCheck.USUAL.fault(lineage, endpoint).map(AcmeFailure.class::cast);
      failure.ifPresentOrElse(failures::add, () -> runner.listener().verified(endpoint));
    }
    if (failure.isPresent()) {
      failed(lineage, failure.get());
      return lineage;
    }
    if (lineage.renewalState().streak().isEmpty()) {
      succeeded();
    }
    return new LineageWriter(lock).deployed(lineage);
  }

  private Optional<AcmeFailure> runDeployHook(Lineage lineage) {
    Map<String, String> environment = new HashMap<>();
    environment.put("RENEWED_LINEAGE", lineage.live().toString());
    environment.put("RENEWED_DOMAINS", names(lineage.subjects()));
    String subject = lineage.firstSubject();
    lineage
        .renewalState()
        .deployed()
        .filter(old -> !old.equals(subject))
        .ifPresent(old -> {
          environment.put("OLD_NAME", old);
          environment.put("NEW_NAME", subject);
        });
    return run(lineage.plan().hooks(), HookKind.DEPLOY, environment)
        .filter(result -> !result.succeeded())
        .map(result -> new DeployFailure.HookFailed(name, result));
  }

  /**
   * Tells the failure hook, where there is one, unless somebody ended this process: when something
   * begins to fail, when something else does, and daily while it goes on.
   */
  public void failed(Lineage lineage, AcmeFailure failure) {
    HookCommands hooks = lineage.plan().hooks();
    Optional<String> command = hooks.find(HookKind.FAILURE);
    if (command.isEmpty() || Thread.currentThread().isInterrupted()) {
      return;
    }
    Map<String, String> environment = new HashMap<>();
    environment.put("RENEWED_LINEAGE", lineage.live().toString());
    environment.put("FAILED_DOMAINS", names(lineage.plan().request().subjects()));
    environment.put("FAILURE_REASON", words.apply(failure));
    HookRecord.NotifiedFailure told =
        new HookRecord.NotifiedFailure(failure.getClass().getSimpleName(), runner.now());
    try {
      if (!records.find(name).isNews(told.kind(), told.at())) {
        return;
      }
      records.notifyFailure(
          lock,
          name,
          told,
          new HookRecord.PendingHook(HookKind.FAILURE, command.get(), hooks.limit(), environment));
    } catch (AcmeFailureException e) {
      // A disk that takes no more is no reason to keep silent: it is just told again.
    }
    run(hooks, HookKind.FAILURE, environment);
  }

  /** Nothing fails any more; what was to be told still is forgotten. */
  public void succeeded() throws AcmeFailureException {
    records.clearFailure(lock, name);
  }

  private Optional<HookResult> run(
      HookCommands hooks, HookKind kind, Map<String, String> environment) {
    if (!kinds.add(kind)) {
      return Optional.empty();
    }
    Path output = lock.directory().hookOutput();
    Optional<HookResult> result = runner.run(hooks, kind, environment, output);
    result.ifPresent(it -> {
      ran.add(it);
      if (!it.succeeded() && kind != HookKind.PRE) { // Of a pre hook the issuance itself tells.
        failures.add(new DeployFailure.HookFailed(name, it));
      }
      try {
        records.addResult(lock, name, it);
      } catch (AcmeFailureException e) {
        // It stays owed, and is run once more: the safe side.
      }
    });
    return result;
  }

  private static String names(List<Subject> subjects) {
    return subjects.stream().map(Subject::value).collect(Collectors.joining(" "));
  }

  /** The results of this run so far. */
  public HookOutcomes hookOutcomes() {
    return new HookOutcomes(ran, failures);
  }
}
