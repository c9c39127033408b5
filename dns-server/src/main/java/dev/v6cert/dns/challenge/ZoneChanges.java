package dev.v6cert.dns.challenge;

import java.util.List;

/**
 * The difference between an earlier state of a store and the present one.
 *
 * @param serial the serial of the store now
 * @param names the names whose records were changed in between
 */
public record ZoneChanges(long serial, List<Changed> names) {

  /**
   * The records of a name.
   *
   * @param before those of the earlier state
   * @param now those of the present one
   */
  public record Changed(List<HostedRecord> before, List<HostedRecord> now) {}
}
