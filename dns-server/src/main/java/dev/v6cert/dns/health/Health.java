package dev.v6cert.dns.health;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The result of one look at all listeners.
 *
 * @param faults what does not answer; empty where all is well
 */
public record Health(List<Fault> faults) {
  /**
   * Something that does not answer.
   *
   * @param text what it is, such as {@code udp [::]:53 (thread 2) does not answer}
   * @param restartHelps whether a new process would do better; not so where a flood crowds the
   *     questions out, or the machine has lost the address
   */
  public record Fault(String text, boolean restartHelps) {}

  /** The result with these faults. */
  public Health {
    faults = List.copyOf(faults);
  }

  /** Whether everything answers. */
  public boolean isGood() {
    return faults.isEmpty();
  }

  /** Whether a service manager should start a new process in place of this one. */
  public boolean needsRestart() {
    return faults.stream().anyMatch(Fault::restartHelps);
  }

  /** The listeners that do not answer, or "ok". */
  public String text() {
    return isGood() ? "ok" : faults.stream().map(Fault::text).collect(Collectors.joining("; "));
  }
}
