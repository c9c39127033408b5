package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.guard.ConnectionTable.Entry;
import dev.v6cert.dns.guard.ConnectionTable.Excess;
import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionTableTest {
  private final ConnectionTable<String> table =
      new ConnectionTable<>(
          new TcpLimits(4, 2, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ZERO));

  private Entry<String> add(String connection, String client) {
    return table.add(connection, InetAddress.ofLiteral(client));
  }

  @Test
  void namesNobodyWithinTheLimits() {
    add("one", "192.0.2.1");
    assertThat(table.excess(add("two", "192.0.2.2"))).isEmpty();
  }

  @Test
  void namesTheLongestIdleOfANetworkThatHasTooMany() {
    add("other", "198.51.100.1");
    Entry<String> one = add("one", "2001:db8::1");
    add("two", "2001:db8:0:1::1");
    table.touch(one);
    assertThat(table.excess(add("three", "2001:db8:0:2::1"))).contains(new Excess<>("two", true));
  }

  @Test
  void namesTheLongestIdleOfAllWhenThereAreTooMany() {
    Entry<String> one = add("one", "192.0.2.1");
    add("two", "198.51.100.1");
    add("three", "203.0.113.1");
    add("four", "2001:db8::1");
    table.touch(one);
    assertThat(table.excess(add("five", "192.0.2.1"))).contains(new Excess<>("two", false));
  }

  @Test
  void forgetsWhatIsRemoved() {
    table.remove(add("one", "192.0.2.1"));
    add("two", "192.0.2.1");
    assertThat(table.excess(add("three", "192.0.2.1"))).isEmpty();
    assertThat(table.longestIdle()).contains("two");
    assertThat(table.size()).isEqualTo(2);
  }

  @Test
  void takesANetworkForBusyOnlyForAWhile() {
    Entry<String> one = add("one", "192.0.2.1");
    Entry<String> neighbour = add("two", "192.0.2.2");
    Entry<String> other = add("three", "198.51.100.1");
    one.charge(50_000_000, 1_000_000_000);
    assertThat(neighbour.isOfBusyNetwork(1_000_000_001)).isTrue();
    assertThat(other.isOfBusyNetwork(1_000_000_001)).isFalse();
    assertThat(neighbour.isOfBusyNetwork(2_000_000_000)).isFalse();
  }
}
