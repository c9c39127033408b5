package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.client.AuthoritySession;
import java.util.Optional;
import java.util.Set;
import org.shredzone.acme4j.Metadata;

/** The certificate profiles that an authority offers (draft-ietf-acme-profiles). */
final class AcmeProfiles {

  /** The only profile in which Let's Encrypt signs for addresses. */
  static final String SHORT_LIVED = "shortlived";

  private AcmeProfiles() {}

  /**
   * The profile to order: the one asked for; for addresses {@code shortlived} where it is offered;
   * else empty, which leaves it to the authority.
   *
   * @throws AcmeFailureException as {@code ProfileNotOffered} when the authority lacks the one
   *     asked for; before anything was asked of it but its directory
   */
  static Optional<String> choose(AuthoritySession authority, IssuanceRequest request)
      throws AcmeFailureException {
    Set<String> offered =
        authority.call(
            Step.DIRECTORY,
            () -> {
              Metadata metadata = authority.session().getMetadata();
              return metadata.getProfiles();
            });
    Optional<String> asked = request.profile();
    if (asked.isPresent() && !offered.contains(asked.get())) {
      throw new AcmeFailureException(
          new AcmeFailure.ProfileNotOffered(
              authority.authority().directory(), asked.get(), offered.stream().sorted().toList()));
    }
    boolean forAddress = request.subjects().stream().anyMatch(Subject.Ip.class::isInstance);
    return asked.isEmpty() && forAddress && offered.contains(SHORT_LIVED)
        ? Optional.of(SHORT_LIVED)
        : asked;
  }
}
