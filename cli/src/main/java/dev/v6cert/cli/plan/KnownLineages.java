package dev.v6cert.cli.plan;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.Suggestion;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The lineages of a state directory, as people name them.
 *
 * @param store where they are
 */
public record KnownLineages(CertificateStore store) {

  public static KnownLineages in(Path stateDirectory) {
    return new KnownLineages(new CertificateStore(new StateDirectory(stateDirectory)));
  }

  /**
   * The lineage of the typed name.
   *
   * @throws CliFailureException {@link CliFailure.NoSuchLineage} when there is none
   */
  public StoredLineage find(String typed) throws CliFailureException, AcmeFailureException {
    Optional<StoredLineage> found = name(typed).flatMap(store::find);
    if (found.isPresent()) {
      return found.get();
    }
    List<String> names = store.lineages().stream().map(it -> it.name().text()).toList();
    throw new CliFailureException(
        new CliFailure.NoSuchLineage(typed, store.directory().root(), Suggestion.of(typed, names)));
  }

  /**
   * The lineage of the typed name, whose state is sound.
   *
   * @throws AcmeFailureException when it is damaged
   */
  public Lineage sound(String typed) throws CliFailureException, AcmeFailureException {
    return switch (find(typed)) {
      case StoredLineage.Loaded(Lineage lineage) -> lineage;
      case StoredLineage.Damaged damaged -> throw new AcmeFailureException(damaged.failure());
    };
  }

  /**
   * The lineage of the typed name, which has a certificate.
   *
   * @throws CliFailureException when it has none yet
   */
  public Lineage certified(String typed) throws CliFailureException, AcmeFailureException {
    Lineage lineage = sound(typed);
    if (lineage.generation().isEmpty()) {
      throw CliFailureException.usage(
          "the lineage " + typed + " has no certificate yet", "v6cert obtain gets one");
    }
    return lineage;
  }

  private static Optional<LineageName> name(String typed) {
    try {
      return Optional.of(new LineageName(typed));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
