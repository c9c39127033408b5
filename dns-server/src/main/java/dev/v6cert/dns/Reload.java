package dev.v6cert.dns;

import dev.v6cert.dns.guard.FileFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The result of reading the zone file, the block list and the cookie secrets again. */
public sealed interface Reload {

  /**
   * Their content is answered from now on.
   *
   * @param files all files that were read
   */
  record Done(Set<Path> files) implements Reload {}

  /**
   * Some of them have an error, and the old content of those stays.
   *
   * @param failures the errors, one for each such file
   */
  record Failed(List<FileFailure> failures) implements Reload {}
}
