package dev.v6cert.dns;

import dev.v6cert.dns.guard.FileFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What came of reading the zone file and the block list again. */
public sealed interface Reload {

  /**
   * Their content is answered from now on.
   *
   * @param files all files that were read
   */
  record Done(Set<Path> files) implements Reload {}

  /**
   * One of them has an error, or both, and the old content of that one stays.
   *
   * @param failures the errors, one for each such file
   */
  record Failed(List<FileFailure> failures) implements Reload {}
}
