package dev.v6cert.ipv6.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.firewall.FirewallVerdict.Keeper;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules for IPv4, and rules of IPv6 that say nothing of it. */
class FirewallIpv4Test {
  private static final InboundConnection CONNECTION =
      new InboundConnection(IpAddress.parse("9.9.9.7"), 80, Optional.of("eth0"));

  private static FirewallVerdict nft(String family, String rule) {
    return Firewall.verdict(
        """
        table %s filter {
          chain input {
            type filter hook input priority filter; policy drop;
            %s
          }
        }
        """
            .formatted(family, rule),
        "",
        CONNECTION);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ip   | tcp dport 80 accept                                        | true
          inet | ip daddr 9.9.9.0/24 tcp dport { 80, 443 } accept           | true
          inet | ip saddr 10.0.0.0/8 tcp dport 80 accept                    | false
          inet | ip saddr 0.0.0.0/0 tcp dport 80 accept                     | true
          inet | ip6 saddr ::/0 tcp dport 80 accept                         | false
          inet | meta nfproto ipv4 tcp dport 80 accept                      | true
          inet | meta nfproto ipv6 tcp dport 80 accept                      | false
          ip   | ip protocol tcp ip daddr 9.9.9.1-9.9.9.9 accept            | true
          ip   | ip daddr 9.9.9.8 tcp dport 80 accept                       | false
          """)
  void areReadAsTheKernelDoes(String family, String rule, boolean open) {
    FirewallVerdict verdict = nft(family, rule);
    assertThat(verdict)
        .isInstanceOf(open ? FirewallVerdict.Open.class : FirewallVerdict.Closed.class);
  }

  @Test
  void ofIpv6SayNothing() {
    assertThat(nft("ip6", "tcp dport 443 accept")).isEqualTo(new FirewallVerdict.NoRules());
  }

  @Test
  void ofIptablesAreNamedSo() {
    String rules =
        """
        *filter
        :INPUT DROP [0:0]
        :FORWARD ACCEPT [0:0]
        -A INPUT -s 192.168.0.0/16 -p tcp -m tcp --dport 80 -j ACCEPT
        COMMIT
        """;
    assertThat(Firewall.verdict("", rules, CONNECTION))
        .isEqualTo(new FirewallVerdict.Closed(Keeper.IPTABLES, "filter INPUT", Optional.empty()));
    assertThat(Firewall.verdict("", rules.replace("-s 192.168.0.0/16 ", ""), CONNECTION))
        .isEqualTo(new FirewallVerdict.Open(Keeper.IPTABLES));
  }
}
