package dev.v6cert.ipv6.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.firewall.FirewallVerdict.Keeper;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules for UDP, and rules of TCP that say nothing of it. */
class FirewallUdpTest {
  private static final InboundConnection QUERY = query(IpProtocol.UDP);

  private static InboundConnection query(IpProtocol transport) {
    return new InboundConnection(
        IpAddress.parse("2a01:4f8:c17:b8f::2"), transport, 53, Optional.of("eth0"));
  }

  private static FirewallVerdict nft(String policy, String rule, InboundConnection connection) {
    return Firewall.verdict(
        """
        table inet filter {
          chain input {
            type filter hook input priority filter; policy %s;
            %s
          }
        }
        """
            .formatted(policy, rule),
        "",
        connection);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          drop   | udp dport 53 accept                            | true  | false
          drop   | tcp dport 53 accept                            | false | true
          drop   | udp dport { 53, 443 } accept                   | true  | false
          drop   | udp dport domain accept                        | true  | false
          drop   | udp dport 5353 accept                          | false | false
          drop   | udp sport 67 udp dport 53 accept               | false | false
          drop   | meta l4proto { tcp, udp } th dport 53 accept   | true  | true
          drop   | meta l4proto 17 accept                         | true  | false
          drop   | ip6 nexthdr tcp th dport 53 accept             | false | true
          drop   | ct state new udp dport 53 accept               | true  | false
          drop   | udp dport vmap { 53 : accept, 67 : drop }      | true  | false
          drop   | tcp dport vmap { 53 : accept, 67 : drop }      | false | true
          accept | udp dport 53 drop                              | false | true
          accept | tcp dport 53 reject with tcp reset             | true  | false
          accept | tcp flags syn / fin,syn,rst,ack drop           | true  | false
          """)
  void areReadForItsPacketsAlone(String policy, String rule, boolean udp, boolean tcp) {
    assertThat(nft(policy, rule, QUERY)).isInstanceOf(verdict(udp));
    assertThat(nft(policy, rule, query(IpProtocol.TCP))).isInstanceOf(verdict(tcp));
  }

  private static Class<? extends FirewallVerdict> verdict(boolean open) {
    return open ? FirewallVerdict.Open.class : FirewallVerdict.Closed.class;
  }

  @Test
  void ofIptablesAreReadSo() {
    String rules =
        """
        *filter
        :INPUT DROP [0:0]
        -A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j ACCEPT
        -A INPUT -p udp -m udp --dport 53 -j ACCEPT
        COMMIT
        """;
    assertThat(Firewall.verdict("", rules, QUERY))
        .isEqualTo(new FirewallVerdict.Open(Keeper.IP6TABLES));
    assertThat(Firewall.verdict("", rules.replace("--dport 53", "--dport 67"), QUERY))
        .isEqualTo(new FirewallVerdict.Closed(Keeper.IP6TABLES, "filter INPUT", Optional.empty()));
  }

  @Test
  void aRuleOfOursIsReadFromItsLineAndFromThatOfAnOlderVersion() {
    FilterRule rule =
        new FilterRule(
            FilterRule.Kind.NFT, "inet filter input", QUERY.inboundPort(), "v6cert 7 dns");
    assertThat(FilterRule.parse(rule.text())).contains(rule);
    assertThat(FilterRule.parse("NFT\tinet filter input\tIPV6\t53\tv6cert 7 dns"))
        .contains(
            new FilterRule(
                FilterRule.Kind.NFT,
                "inet filter input",
                query(IpProtocol.TCP).inboundPort(),
                "v6cert 7 dns"));
  }
}
