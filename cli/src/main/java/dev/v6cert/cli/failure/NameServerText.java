package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure.CannotBind;
import dev.v6cert.ipv6.IpAddress;
import java.net.InetAddress;
import java.util.List;

/** The ways to share port 53 with the name server that has it. */
final class NameServerText {

  private NameServerText() {}

  /** The way for the first holder that is known; for any other, to stop it for a moment. */
  static String wayOut(List<CannotBind.Holder> holders, InetAddress wanted) {
    String address = IpAddress.from(wanted).toString();
    for (CannotBind.Holder holder : holders) {
      switch (holder.name()) {
        case "systemd-resolve" -> {
          return "take DNSStubListenerExtra= out of /etc/systemd/resolved.conf; by itself it has"
              + " 127.0.0.53 only";
        }
        case "dnsmasq" -> {
          return "have dnsmasq leave the address out: bind-interfaces and except-interface= in its"
              + " configuration";
        }
        case "named" -> {
          return "have named leave it out: listen-on-v6 { !" + address + "; any; } in named.conf";
        }
        case "unbound" -> {
          return "have unbound listen on its own addresses: interface: in unbound.conf, without "
              + address;
        }
        case "knotd", "nsd", "pdns_server", "coredns" -> {
          return "have " + holder.name() + " listen on other addresses than " + address;
        }
        case "java", "v6cert" -> {
          return "v6cert-dns.service takes the records of obtain; one started another way:"
              + " --pre-hook and --post-hook, to stop it meanwhile (docs/wildcards.md)";
        }
        default -> {}
      }
    }
    return "stop it for a moment (--pre-hook, --post-hook), or have it listen on other addresses";
  }
}
