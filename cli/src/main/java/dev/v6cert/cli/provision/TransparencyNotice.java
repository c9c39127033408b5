package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.state.StateDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The line before the first certificate that says what becomes public by it. */
public final class TransparencyNotice {

  private TransparencyNotice() {}

  /**
   * The line; empty where the CA's certificates are not published, and where the state directory
   * has one that was.
   */
  public static Optional<String> of(StateDirectory directory, IssuanceRequest request)
      throws AcmeFailureException {
    return request.authority().publishes() && !hasPublished(directory)
        ? Optional.of(
            "this certificate makes "
                + what(request.subjects())
                + " public: CAs publish what they sign (Certificate Transparency)")
        : Optional.empty();
  }

  private static boolean hasPublished(StateDirectory directory) throws AcmeFailureException {
    return new CertificateStore(directory)
        .loaded().stream()
            .anyMatch(lineage ->
                lineage.generation().isPresent()
                    && lineage.plan().request().authority().publishes());
  }

  private static String what(List<Subject> subjects) {
    List<String> words = new ArrayList<>(subjects.stream().map(Subject::value).toList());
    if (subjects.stream().noneMatch(Subject.Ip.class::isInstance)) {
      words.add("the address that it leads to");
    }
    return String.join(words.size() == 2 ? " and " : ", ", words);
  }
}
