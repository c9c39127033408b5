package dev.v6cert.acme;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.firewall.FirewallVerdict;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.router.OuterPort;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The reason why there is no certificate. Each kind carries what a person needs to be told. */
public sealed interface AcmeFailure
    permits AcmeFailure.ValidationFailed,
        AcmeFailure.Refused,
        AcmeFailure.RateLimited,
        AcmeFailure.TooEarly,
        AcmeFailure.Unreachable,
        AcmeFailure.OutOfDate,
        AcmeFailure.Unavailable,
        AcmeFailure.NotAcme,
        AcmeFailure.TimedOut,
        AcmeFailure.CannotBind,
        AcmeFailure.AddressElsewhere,
        AcmeFailure.PortHeld,
        AcmeFailure.WebrootUnusable,
        AcmeFailure.TermsNotAgreed,
        AcmeFailure.ExternalAccountRequired,
        AcmeFailure.ExternalAccountRefused,
        AcmeFailure.Unsupported,
        AcmeFailure.ChallengeNotOffered,
        AcmeFailure.ProfileNotOffered,
        AcmeFailure.BadCertificate,
        AcmeFailure.UnreadableCertificate,
        AcmeFailure.BadRoots,
        AcmeFailure.Interrupted,
        AcmeFailure.NoAccount,
        AcmeFailure.LocalAuthorityRefusal,
        AcmeFailure.RecordFailure,
        StoreFailure,
        DeployFailure {

  /** The time before which the authority takes no request, where it said so. */
  default Optional<Duration> retryAfter() {
    return Optional.empty();
  }

  /** The authority tried to validate and did not succeed. One entry for each failed subject. */
  record ValidationFailed(List<FailedValidation> validations) implements AcmeFailure {
    public ValidationFailed {
      validations = List.copyOf(validations);
    }
  }

  /**
   * One subject's failed validation.
   *
   * @param target where the authority looks for the answer
   * @param filter the ports that this machine's packet filter keeps closed to the authority, where
   *     that is certain
   * @param requests every request the responder got meanwhile, whoever sent it
   */
  record FailedValidation(
      Subject subject,
      ValidationTarget target,
      AcmeProblem problem,
      Diagnosis diagnosis,
      List<ClosedPort> filter,
      List<ChallengeRequest> requests) {
    public FailedValidation {
      filter = List.copyOf(filter);
      requests = List.copyOf(requests);
    }
  }

  /** A port that this machine's packet filter keeps closed. */
  record ClosedPort(IpProtocol transport, int port, FirewallVerdict.Closed verdict) {}

  /** The authority refused a request, for good: its policy, a name, the account. */
  record Refused(Step step, AcmeProblem problem) implements AcmeFailure {}

  /**
   * A limit of the authority is reached; empty where it did not say for how long.
   *
   * @param step what it kept back
   */
  record RateLimited(Step step, AcmeProblem problem, Optional<Duration> retryAfter)
      implements AcmeFailure {

    /** Whether it is on the names that were asked for, so that others may fare better. */
    public boolean isOnNames() {
      return step != Step.DIRECTORY && step != Step.ACCOUNT;
    }
  }

  /**
   * It is known without asking that the authority would refuse: nothing was asked.
   *
   * @param subjects what the certificate was to be for
   * @param until the first instant at which it may be asked, by the local clock
   * @param reason how that is known
   */
  record TooEarly(URI authority, List<Subject> subjects, Instant until, EarlyReason reason)
      implements AcmeFailure {
    public TooEarly {
      subjects = List.copyOf(subjects);
    }
  }

  /** The source of the knowledge that it is too early. */
  enum EarlyReason {
    /** The authority gave an instant when it refused the same names. */
    AUTHORITY_SAID_SO,
    /**
     * The authority gave an instant when it refused whatever was asked: it was unavailable, say.
     */
    AUTHORITY_CLOSED,
    /** As many certificates for exactly these subjects as it gives in a week are in our books. */
    WEEKLY_LIMIT
  }

  /** No connection to the authority, or no trust in its TLS certificate. */
  record Unreachable(URI authority, String cause) implements AcmeFailure {}

  /**
   * No trust in the authority's TLS certificate because of its dates: they are wrong, or this
   * machine's clock is.
   *
   * @param dates the limit that is passed or not reached, in the JDK's words
   * @param now what time it is by this machine's clock
   */
  record OutOfDate(URI authority, String dates, Instant now) implements AcmeFailure {}

  /** The authority, or something before it, answered with a server error until the time limit. */
  record Unavailable(URI authority, int status, Optional<Duration> retryAfter)
      implements AcmeFailure {}

  /** The answer was not ACME: a captive portal, a wrong address, a broken proxy. */
  record NotAcme(URI authority, String detail) implements AcmeFailure {}

  /** The deadline of the whole issuance passed. */
  record TimedOut(Step step, Duration limit) implements AcmeFailure {}

  /** The responder could not listen; holders is empty where nobody is seen to hold the port. */
  record CannotBind(InetSocketAddress address, BindProblem problem, List<Holder> holders)
      implements AcmeFailure {
    public CannotBind {
      holders = List.copyOf(holders);
    }

    /**
     * A process that listens on a port.
     *
     * @param address what it is bound to
     * @param pid its process id
     * @param name its short name
     */
    public record Holder(InetSocketAddress address, long pid, String name) {}
  }

  /**
   * The router's port that the authority asks leads to another machine. Nothing was ordered.
   *
   * @param outer the router's port
   * @param holder the machine that it leads to, as the router tells
   */
  record PortHeld(OuterPort outer, String holder) implements AcmeFailure {}

  /**
   * An address of a name that carries two does not lead to our answers. Nothing was ordered.
   *
   * @param at the address and port that were asked
   * @param why a clause
   */
  record AddressElsewhere(InetSocketAddress at, String why) implements AcmeFailure {}

  /**
   * The directory to put HTTP-01 answers into cannot be used. Nothing was ordered.
   *
   * @param link the link in the way; empty where it is something else
   */
  record WebrootUnusable(Path webroot, String why, Optional<WebrootLink> link)
      implements AcmeFailure {

    /** A directory that cannot be used for another reason than a link. */
    public WebrootUnusable(Path webroot, String why) {
      this(webroot, why, Optional.empty());
    }
  }

  /**
   * A link below a webroot, which is not followed: whoever may write there could lead root, and its
   * files, to any place.
   *
   * @param at where it is
   * @param instead the webroot from which the same files are reached without it, if there is one
   */
  record WebrootLink(Path at, Optional<Path> instead) {}

  /** The reason why an address could not be bound. */
  enum BindProblem {
    /** Another socket has it. */
    TAKEN,
    /** This user may not. */
    NOT_PERMITTED,
    /** This machine does not have the address. */
    NO_SUCH_ADDRESS,
    /** Anything else. */
    OTHER
  }

  /** The authority's terms of service were not agreed to. */
  record TermsNotAgreed(URI terms) implements AcmeFailure {}

  /** The authority opens accounts only with {@link ExternalAccount} credentials. */
  record ExternalAccountRequired(URI authority) implements AcmeFailure {}

  /**
   * The authority opens no account with the {@link ExternalAccount} credentials that it got.
   *
   * @param problem of type {@code serverInternal} where it fails on them, as step-ca does on a key
   *     id that it does not know
   */
  record ExternalAccountRefused(URI authority, AcmeProblem problem) implements AcmeFailure {}

  /** The authority lacks what was asked for. */
  record Unsupported(URI authority, String feature) implements AcmeFailure {}

  /**
   * The authority offers other challenges for a subject of the order.
   *
   * @param challenge the type that was to be answered
   * @param offered the types that it offers, known or not
   */
  record ChallengeNotOffered(URI authority, Subject subject, String challenge, List<String> offered)
      implements AcmeFailure {
    public ChallengeNotOffered {
      offered = List.copyOf(offered);
    }
  }

  /**
   * The authority has no such certificate profile. Nothing was ordered.
   *
   * @param offered the ones it has; none where it knows no profiles
   */
  record ProfileNotOffered(URI authority, String profile, List<String> offered)
      implements AcmeFailure {
    public ProfileNotOffered {
      offered = List.copyOf(offered);
    }
  }

  /** The authority returned a certificate that is not the one asked for; it was not installed. */
  record BadCertificate(String fault) implements AcmeFailure {}

  /** The authority returned a certificate that cannot be parsed; it was not installed. */
  record UnreadableCertificate(URI authority, String fault) implements AcmeFailure {}

  /** A private authority's root certificates cannot be used. */
  record BadRoots(Path file, String cause) implements AcmeFailure {}

  /** The thread was interrupted. */
  record Interrupted() implements AcmeFailure {}

  /** There is no account with the authority, and this cannot be done without. */
  record NoAccount(URI authority) implements AcmeFailure {}

  /** The authority of this machine does not sign. Nothing was changed. */
  sealed interface LocalAuthorityRefusal extends AcmeFailure {}

  /**
   * A subject that the authority of this machine may not sign.
   *
   * @param reason a clause that names the subject
   */
  record NotPrivate(Subject subject, String reason) implements LocalAuthorityRefusal {}

  /** The clock shows an instant before the root of this machine's authority was made. */
  record BeforeRoot(Instant now, Instant from) implements LocalAuthorityRefusal {}

  /** The root of this machine's authority has ended. */
  record RootEnded(Instant end) implements LocalAuthorityRefusal {}

  /** There is no authority of this machine, or no longer. */
  record NoLocalAuthority() implements LocalAuthorityRefusal {}

  /** A TXT record is not where the authority would look for it, which was not told to look. */
  sealed interface RecordFailure extends AcmeFailure {}

  /**
   * The command that publishes TXT records failed.
   *
   * @param domain the name whose record it was to publish
   * @param status its exit status, -1 where it was cut off
   * @param took how long it ran
   * @param lastLine the last line that it printed; empty where it printed nothing
   */
  record RecordHookFailed(
      HostName domain, int status, boolean timedOut, Duration took, String lastLine)
      implements RecordFailure {}

  /**
   * Not every name server showed the TXT record in time.
   *
   * @param reasons for each server without it, what it said instead
   */
  record RecordNotShown(HostName name, Duration limit, List<String> reasons)
      implements RecordFailure {
    public RecordNotShown {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * A TXT record could not be set, by whoever was to take it. The authority was not told to look.
   *
   * @param fault who did not take which record, and why, as a clause
   * @param detail the words of whoever it is; may be empty
   * @param advice what to do
   */
  record RecordNotTaken(RecordProblem problem, String fault, String detail, String advice)
      implements RecordFailure {}

  /** The kind of reason why a record was not taken. */
  enum RecordProblem {
    /** It could not be asked, or could not do it now. */
    UNAVAILABLE,
    /** Something is to be set up first, by hand. */
    NOT_YET,
    /** It does not let us. */
    NOT_PERMITTED,
    /** A file of ours cannot be used. */
    CONFIGURATION
  }

  /** The step that failed. */
  enum Step {
    DIRECTORY,
    ACCOUNT,
    ORDER,
    AUTHORIZATION,
    FINALIZE,
    DOWNLOAD,
    REVOCATION,
    /** A revocation that the certificate's own key signs. */
    REVOCATION_BY_KEY
  }
}
