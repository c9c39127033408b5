package dev.v6cert.acme.hook;

import dev.v6cert.ipv6.name.HostName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The owner's command that publishes TXT records and takes them away, called as certbot calls its
 * {@code --manual-auth-hook} and {@code --manual-cleanup-hook}: {@code CERTBOT_DOMAIN} (a wildcard
 * without its asterisk), {@code CERTBOT_VALIDATION} and {@code CERTBOT_ALL_DOMAINS} (commas between
 * them). {@code V6CERT_RECORD} is the name of the record. {@code CERTBOT_AUTH_OUTPUT}, which is the
 * standard output of the first call, is set in the call that takes away, and in no other.
 *
 * @param command a command line for a shell
 * @param limit how long each call may take
 * @param domains all names of the order
 * @param secrets variables of this process that are not handed on
 * @param output a file of no other use, which catches what it prints
 */
public record DnsHook(
    String command, Duration limit, List<String> domains, Set<String> secrets, Path output) {

  private static final String AUTH_OUTPUT = "CERTBOT_AUTH_OUTPUT";

  /** Copies the lists. */
  public DnsHook {
    domains = List.copyOf(domains);
    secrets = Set.copyOf(secrets);
  }

  /**
   * The end of a call.
   *
   * @param status its exit status; -1 when it was cut off or could not be started
   * @param timedOut whether it was cut off for taking longer than allowed
   * @param took how long it ran
   * @param output the last of its standard output, at most 4 KiB
   * @param lines the last lines that it printed, those of its standard error after the others
   */
  public record Call(
      int status, boolean timedOut, Duration took, String output, List<String> lines) {

    /** Whether it did its work. */
    public boolean succeeded() {
      return status == 0;
    }
  }

  /**
   * Publishes a value.
   *
   * @param domain the name that it proves
   * @param record the name of the record
   */
  public Call publish(HostName domain, HostName record, String value) {
    return call(domain, record, value, Optional.empty());
  }

  /**
   * Takes it away.
   *
   * @param domain the name that it proved
   * @param record the name of the record
   * @param published what {@link #publish} printed
   */
  public Call remove(HostName domain, HostName record, String value, String published) {
    return call(domain, record, value, Optional.of(published));
  }

  private Call call(HostName domain, HostName record, String value, Optional<String> published) {
    Map<String, String> environment = new HashMap<>();
    environment.put("CERTBOT_DOMAIN", domain.text());
    environment.put("V6CERT_RECORD", record.text());
    environment.put("CERTBOT_VALIDATION", value);
    environment.put("CERTBOT_ALL_DOMAINS", String.join(",", domains));
    published.ifPresent(text -> environment.put(AUTH_OUTPUT, text));
    Set<String> withheld = new HashSet<>(secrets);
    withheld.add(AUTH_OUTPUT);
    HookProcess.Ending ending =
        HookProcess.run(
            new HookProcess.Task(
                command,
                environment,
                withheld,
                limit,
                output,
                Optional.of(output.resolveSibling(output.getFileName() + ".err"))));
    return new Call(
        ending.status(),
        ending.timedOut(),
        ending.took(),
        ending.output().strip(),
        (ending.output() + "\n" + ending.errors())
            .lines()
            .filter(line -> !line.isBlank())
            .toList());
  }
}
