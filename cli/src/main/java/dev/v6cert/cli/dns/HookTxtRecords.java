package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.dns.ChallengeRecord;
import dev.v6cert.acme.challenge.dns.TxtRecords;
import dev.v6cert.acme.hook.DnsHook;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.TimeText;
import dev.v6cert.ipv6.name.HostName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * TXT records that a command of the owner's publishes and takes away.
 *
 * @param propagationLimit the time that the zone's servers have to show them
 * @param console where the progress is told
 */
public record HookTxtRecords(DnsHook hook, Duration propagationLimit, Console console)
    implements TxtRecords {

  private static final int SHOWN_LINES = 5;
  private static final int SHOWN_LENGTH = 200;

  @Override
  public boolean here() {
    return false;
  }

  @Override
  public Zone open(Collection<ChallengeRecord> records, ChallengeRequest.Listener listener) {
    return new Published();
  }

  private record Key(ChallengeRecord record, String value) {}

  /** The records of one order. */
  private final class Published implements Zone {

    /** The output of the command when it published each. */
    private final Map<Key, String> outputs = new LinkedHashMap<>();

    @Override
    public void add(ChallengeRecord record, String value) throws AcmeFailureException {
      HostName domain = record.domain();
      console.steps().begin("running the DNS hook for " + domain);
      DnsHook.Call call = hook.publish(record.domain(), record.name(), value);
      if (!call.succeeded()) {
        console.steps().fail();
        tell(call);
        throw new AcmeFailureException(
            new AcmeFailure.RecordHookFailed(
                domain, call.status(), call.timedOut(), call.took(), lastLine(call)));
      }
      console.steps().done("DNS hook ran for " + domain + " (" + TimeText.of(call.took()) + ")");
      outputs.put(new Key(record, value), call.output());
    }

    @Override
    public void remove(ChallengeRecord record, String value) {
      DnsHook.Call call =
          hook.remove(
              record.domain(),
              record.name(),
              value,
              outputs.getOrDefault(new Key(record, value), ""));
      if (!call.succeeded()) {
        console.warn(
            "the DNS hook did not remove the TXT record of "
                + record.name()
                + " (status "
                + call.status()
                + "): "
                + lastLine(call));
      }
    }

    @Override
    public void settle() throws AcmeFailureException {
      Map<HostName, List<String>> values = new LinkedHashMap<>();
      outputs
          .keySet()
          .forEach(key ->
              values.computeIfAbsent(key.record().name(), _ -> new ArrayList<>()).add(key.value()));
      new Propagation(propagationLimit, console).await(values);
    }

    @Override
    public void close() {} // Each record was taken away by itself.
  }

  private void tell(DnsHook.Call call) {
    List<String> lines = call.lines();
    lines
        .subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size())
        .forEach(line -> console.steps().note(cut(line)));
  }

  private static String lastLine(DnsHook.Call call) {
    return call.lines().isEmpty() ? "" : cut(call.lines().getLast());
  }

  private static String cut(String line) {
    return line.length() <= SHOWN_LENGTH ? line : line.substring(0, SHOWN_LENGTH) + "...";
  }
}
