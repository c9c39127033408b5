package dev.v6cert.dns;

import dev.v6cert.dns.file.FileFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The reading of the zone file, the block list and the cookie secrets, again or at the start, and
 * its result.
 */
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

  /**
   * One of them is being read, at the start or again, and that takes longer than a second.
   *
   * @param kind what kind of file it is, as a person calls it
   */
  record Slow(String kind, Path file) implements Reload {}
}
