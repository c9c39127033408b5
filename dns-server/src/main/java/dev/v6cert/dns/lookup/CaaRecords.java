package dev.v6cert.dns.lookup;

import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.xbill.DNS.CAARecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The CAA records that hold for a name (RFC 8659 section 3): its own, or those of the closest
 * ancestor that has any.
 *
 * @param owner whose they are; empty where no ancestor has any
 * @param properties in the order of the answer
 */
public record CaaRecords(Optional<HostName> owner, List<Property> properties) {

  private static final int CRITICAL = 128;
  private static final String ISSUE = "issue";
  private static final String ISSUE_WILD = "issuewild";

  /** Properties that are known, and say nothing against issuing a TLS certificate. */
  private static final Set<String> KNOWN =
      Set.of(ISSUE, ISSUE_WILD, "iodef", "contactemail", "contactphone", "issuevmc", "issuemail");

  public CaaRecords {
    properties = List.copyOf(properties);
  }

  /**
   * A record.
   *
   * @param critical whether who does not know the tag must not issue
   * @param tag in lower case
   */
  public record Property(boolean critical, String tag, String value) {}

  /** Whether an authority may sign. */
  public sealed interface Verdict {

    /** Nothing forbids it. */
    record Allowed() implements Verdict {}

    /** Other authorities may; {@code issuers} are their domains, none where nobody may. */
    record OtherIssuers(List<String> issuers) implements Verdict {}

    /** This authority may, but only for another account (RFC 8657 section 3). */
    record OtherAccount(String account) implements Verdict {}

    /** This authority may, but only after validation by other methods (RFC 8657 section 4). */
    record OtherMethods(String methods) implements Verdict {}

    /** A critical property that nobody knows: no authority may. */
    record UnknownCritical(String tag) implements Verdict {}
  }

  /**
   * Looks them up, up to but not including the root.
   *
   * @param resolver who is asked; empty for the system's own resolvers
   * @throws InterruptedIOException when this thread is interrupted
   * @throws IOException when there is no answer for some ancestor, as authorities take for a no;
   *     the message says which
   */
  public static CaaRecords of(HostName name, Optional<InetSocketAddress> resolver)
      throws IOException {
    Lookup lookup = Lookup.ofResolver(resolver);
    for (Name at = Lookup.name(name.text()); at.labels() > 1; at = new Name(at, 1)) {
      Message reply = ask(lookup, at);
      if (reply.getRcode() != Rcode.NOERROR && reply.getRcode() != Rcode.NXDOMAIN) {
        throw new IOException(at.toString(true) + ": " + Rcode.string(reply.getRcode()));
      }
      List<Property> properties = new ArrayList<>();
      for (Record record : reply.getSection(Section.ANSWER)) {
        if (record instanceof CAARecord caa) {
          properties.add(
              new Property(
                  (caa.getFlags() & CRITICAL) != 0,
                  caa.getTag().toLowerCase(Locale.ROOT),
                  caa.getValue()));
        }
      }
      if (!properties.isEmpty()) {
        return new CaaRecords(Optional.of(HostName.of(at.toString())), properties);
      }
    }
    return new CaaRecords(Optional.empty(), List.of());
  }

  private static Message ask(Lookup lookup, Name at) throws IOException {
    try {
      return lookup.ask(at, Type.CAA);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(at.toString(true) + ": " + Lookup.reason(e), e);
    }
  }

  /**
   * Whether an authority may sign for the name, or for the wildcard below it: for that one {@code
   * issuewild} goes before {@code issue} (RFC 8659 section 4.3).
   *
   * @param identities the domains that mean the authority
   * @param account the account that asks; empty where it is not known
   * @param method the type of challenge that it is validated by
   * @param wildcard whether the wildcard below the name is meant
   */
  public Verdict verdict(
      List<String> identities, Optional<String> account, String method, boolean wildcard) {
    boolean own = wildcard && properties.stream().anyMatch(it -> it.tag().equals(ISSUE_WILD));
    String tag = own ? ISSUE_WILD : ISSUE;
    List<Issue> issues = new ArrayList<>();
    for (Property property : properties) {
      if (property.critical() && !KNOWN.contains(property.tag())) {
        return new Verdict.UnknownCritical(property.tag());
      }
      if (property.tag().equals(tag)) {
        issues.add(Issue.of(property.value()));
      }
    }
    if (issues.isEmpty()) {
      return new Verdict.Allowed();
    }
    Verdict best =
        new Verdict.OtherIssuers(
            issues.stream().map(Issue::domain).filter(it -> !it.isEmpty()).distinct().toList());
    for (Issue issue : issues) {
      if (identities.stream().anyMatch(issue.domain()::equalsIgnoreCase)) {
        best = issue.verdict(account, method);
        if (best instanceof Verdict.Allowed) {
          return best;
        }
      }
    }
    return best;
  }

  /** The value of an {@code issue} property (RFC 8659 section 4.2). */
  private record Issue(String domain, Optional<String> account, Optional<String> methods) {

    static Issue of(String value) {
      String[] parts = value.split(";", -1);
      Optional<String> account = Optional.empty();
      Optional<String> methods = Optional.empty();
      for (int i = 1; i < parts.length; i++) {
        String[] parameter = parts[i].strip().split("=", 2);
        if (parameter.length == 2) {
          switch (parameter[0].strip().toLowerCase(Locale.ROOT)) {
            case "accounturi" -> account = Optional.of(parameter[1].strip());
            case "validationmethods" -> methods = Optional.of(parameter[1].strip());
            default -> {} // Each authority ignores those of the others.
          }
        }
      }
      return new Issue(parts[0].strip(), account, methods);
    }

    Verdict verdict(Optional<String> ours, String method) {
      if (methods.isPresent() && !List.of(methods.get().split("\\s*,\\s*", -1)).contains(method)) {
        return new Verdict.OtherMethods(methods.get());
      }
      if (account.isPresent() && !account.equals(ours)) {
        return new Verdict.OtherAccount(account.get());
      }
      return new Verdict.Allowed();
    }
  }
}
