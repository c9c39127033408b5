package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.LineageName;
import java.util.Optional;

/** The content of the store under a lineage's name. */
public sealed interface StoredLineage {

  /** The lineage's name. */
  LineageName name();

  /** The lineage; empty where its state cannot be read. */
  default Optional<Lineage> loaded() {
    return this instanceof Loaded loaded ? Optional.of(loaded.lineage()) : Optional.empty();
  }

  /** A lineage that loads. */
  record Loaded(Lineage lineage) implements StoredLineage {
    @Override
    public LineageName name() {
      return lineage.name();
    }
  }

  /** A lineage whose state cannot be read; its certificate files may still be good. */
  record Damaged(LineageName name, AcmeFailure failure) implements StoredLineage {}
}
