package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.TxtRecords;
import dev.v6cert.acme.hook.DnsHook;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.TimeText;
import dev.v6cert.ipv6.name.HostName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
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
  public Zone open(ChallengeRequest.Listener listener) {
    return new Published();
  }

  private record Key(HostName name, String value) {}

  /** The records of one order. */
  private final class Published implements Zone {

    /** The output of the command when it published each. */
    private final Map<Key, String> outputs = new LinkedHashMap<>();

    @Override
    public void add(HostName name, String value) throws AcmeFailureException {
      HostName domain = domain(name);
      console.steps().begin("running the DNS hook for " + domain);
      DnsHook.Call call = hook.publish(domain, value);
      if (!call.succeeded()) {
        console.steps().fail();
        tell(call);
        throw new AcmeFailureException(
            new AcmeFailure.RecordHookFailed(
                domain, call.status(), call.timedOut(), call.took(), lastLine(call)));
      }
      console.steps().done("DNS hook ran for " + domain + " (" + TimeText.of(call.took()) + ")");
      outputs.put(new Key(name, value), call.output());
    }

    @Override
    public void remove(HostName name, String value) {
      DnsHook.Call call =
          hook.remove(domain(name), value, outputs.getOrDefault(new Key(name, value), ""));
      if (!call.succeeded()) {
        console.warn(
            "the DNS hook did not remove the TXT record of "
                + name
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
          .forEach(
              key -> values.computeIfAbsent(key.name(), _ -> new ArrayList<>()).add(key.value()));
      new Propagation(propagationLimit, console).await(values);
    }

    @Override
    public List<InetSocketAddress> addresses() {
      return List.of();
    }

    @Override
    public List<ChallengeRequest> requests() {
      return List.of();
    }

    @Override
    public void close() {} // Each record was taken away by itself.
  }

  /** The name that a record proves: all but its first label. */
  private static HostName domain(HostName record) {
    return HostName.of(record.text().substring(record.text().indexOf('.') + 1));
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
