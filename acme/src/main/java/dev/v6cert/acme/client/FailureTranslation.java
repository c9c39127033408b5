package dev.v6cert.acme.client;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.AcmeProblem;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.exception.AcmeLazyLoadingException;
import org.shredzone.acme4j.exception.AcmeNetworkException;
import org.shredzone.acme4j.exception.AcmeNotSupportedException;
import org.shredzone.acme4j.exception.AcmeProtocolException;
import org.shredzone.acme4j.exception.AcmeRateLimitedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.exception.AcmeUserActionRequiredException;

/** Turns acme4j's exceptions into our failures. */
final class FailureTranslation {

  private final URI authority;
  private final Deadline deadline;

  FailureTranslation(URI authority, Deadline deadline) {
    this.authority = authority;
    this.deadline = deadline;
  }

  AcmeFailureException of(Step step, Exception exception) {
    return new AcmeFailureException(failure(step, exception), exception);
  }

  private AcmeFailure failure(Step step, Throwable exception) {
    return switch (exception) {
      case AcmeLazyLoadingException lazy when lazy.getCause() != null ->
          failure(step, lazy.getCause());
      case AcmeRateLimitedException limited ->
          new AcmeFailure.RateLimited(
              step, problem(limited.getProblem()), limited.getRetryAfter().map(RetryAfter::decode));
      case AcmeUserActionRequiredException action when action.getTermsOfServiceUri().isPresent() ->
          new AcmeFailure.TermsNotAgreed(action.getTermsOfServiceUri().get());
      case AcmeServerException server -> refusal(step, problem(server.getProblem()));
      case AcmeNetworkException network -> network(step, network.getCause());
      case AcmeNotSupportedException unsupported ->
          new AcmeFailure.Unsupported(
              authority, text(unsupported).replace("Server does not support ", ""));
      case AcmeProtocolException protocol
          when protocol.getCause() instanceof CertificateException fault ->
          new AcmeFailure.UnreadableCertificate(authority, innermost(fault));
      case IOException io -> network(step, io);
      default -> new AcmeFailure.NotAcme(authority, text(exception));
    };
  }

  private AcmeFailure refusal(Step step, AcmeProblem problem) {
    return switch (problem.type()) {
      case "externalAccountRequired" -> new AcmeFailure.ExternalAccountRequired(authority);
      case "rateLimited" -> new AcmeFailure.RateLimited(step, problem, Optional.empty());
      default -> new AcmeFailure.Refused(step, problem);
    };
  }

  private AcmeFailure network(Step step, @Nullable Throwable cause) {
    return switch (cause) {
      case Deadline.PassedException passed -> new AcmeFailure.TimedOut(step, deadline.limit());
      case InterruptedIOException interrupted -> new AcmeFailure.Interrupted();
      case ServerFaultException fault ->
          new AcmeFailure.Unavailable(authority, fault.status(), fault.retryAfter());
      case SSLException tls -> untrusted(tls);
      case null -> new AcmeFailure.Unreachable(authority, "the network failed");
      default -> new AcmeFailure.Unreachable(authority, words(cause));
    };
  }

  private AcmeFailure untrusted(SSLException tls) {
    return CertificateDates.fault(tls)
        .<AcmeFailure>map(dates -> new AcmeFailure.OutOfDate(authority, dates, Instant.now()))
        .orElseGet(() -> new AcmeFailure.Unreachable(authority, "TLS: " + reason(tls)));
  }

  /** The words of a failed handshake. Without any root, the JDK has none for people. */
  static String reason(SSLException tls) {
    for (@Nullable Throwable e = tls; e != null; e = e.getCause()) {
      if (e instanceof InvalidAlgorithmParameterException) {
        return "this Java has no root certificates; the package ca-certificates-java brings them";
      }
    }
    return text(tls);
  }

  /** The network's error in words. */
  static String words(Throwable cause) {
    for (@Nullable Throwable e = cause; e != null; e = e.getCause()) {
      if (e instanceof UnresolvedAddressException) {
        return "no address found for its name";
      }
    }
    for (@Nullable Throwable e = cause; e != null; e = e.getCause()) {
      String message = e.getMessage();
      if (message != null && !message.isEmpty()) {
        return message;
      }
    }
    return cause instanceof ConnectException ? "connection refused" : text(cause);
  }

  /** The words of the cause of it all: those above it repeat it behind the names of classes. */
  private static String innermost(Throwable exception) {
    Throwable cause = exception;
    for (Throwable deeper = cause.getCause(); deeper != null; deeper = deeper.getCause()) {
      cause = deeper;
    }
    return text(cause);
  }

  private static String text(Throwable exception) {
    String message = exception.getMessage();
    return message == null ? exception.getClass().getSimpleName() : message;
  }

  /** A problem document, read leniently: it may be malformed as well. */
  static AcmeProblem problem(Problem problem) {
    try {
      List<AcmeProblem> parts =
          problem.getSubProblems().stream().map(FailureTranslation::problem).toList();
      return new AcmeProblem(
          problem.getType().toString(),
          problem.getDetail().or(problem::getTitle).orElse(""),
          problem.getIdentifier().map(Identifier::getValue),
          parts);
    } catch (AcmeProtocolException | IllegalArgumentException e) {
      return AcmeProblem.of("malformed", problem.asJSON().toString());
    }
  }
}
