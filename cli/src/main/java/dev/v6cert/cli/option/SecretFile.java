package dev.v6cert.cli.option;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.setting.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** A file with a secret on its first line, as options can be seen by every user of a machine. */
final class SecretFile {

  private SecretFile() {}

  /**
   * The first line.
   *
   * @param setting who names the file
   * @throws CliFailureException {@link CliFailure.UnreadableSecret} when it cannot be read or is
   *     empty
   */
  static String firstLine(Setting<?> setting, Path file) throws CliFailureException {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.UTF_8)) {
      Optional<String> first = lines.findFirst().filter(line -> !line.isEmpty());
      return first.orElseThrow(() -> unreadable(setting, file, "its first line is empty"));
    } catch (NoSuchFileException e) {
      throw unreadable(setting, file, "there is no such file");
    } catch (UncheckedIOException e) {
      boolean binary = e.getCause() instanceof CharacterCodingException;
      throw unreadable(setting, file, binary ? "it is not UTF-8 text" : "it cannot be read");
    } catch (IOException e) {
      throw unreadable(setting, file, "it cannot be read");
    }
  }

  private static CliFailureException unreadable(Setting<?> setting, Path file, String why) {
    return new CliFailureException(new CliFailure.UnreadableSecret(setting.flag(), file, why));
  }
}
