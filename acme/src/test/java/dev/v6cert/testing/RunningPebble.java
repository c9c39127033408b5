package dev.v6cert.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A {@link Pebble} for the tests of one class; they are skipped where there is none. */
public final class RunningPebble implements BeforeAllCallback, AfterAllCallback {

  private final UnaryOperator<Pebble.Settings> settings;
  private Optional<Path> home = Optional.empty();
  private Optional<Pebble> pebble = Optional.empty();
  private int users;

  /** A Pebble as it comes. */
  public RunningPebble() {
    this(unchanged -> unchanged);
  }

  /** A Pebble with settings of its own. */
  public RunningPebble(UnaryOperator<Pebble.Settings> settings) {
    this.settings = settings;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    if (users++ == 0) {
      Path directory = Files.createTempDirectory("pebble");
      home = Optional.of(directory);
      pebble = Optional.of(settings.apply(Pebble.in(directory)).start());
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (--users > 0) {
      return;
    }
    pebble.ifPresent(Pebble::close);
    pebble = Optional.empty();
    if (home.isPresent()) {
      try (Stream<Path> files = Files.walk(home.get())) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** The authority that runs. */
  public Pebble running() {
    return pebble.orElseThrow();
  }
}
