package dev.v6cert.ipv6.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {

  @Nested
  class Syntax {
    @ParameterizedTest
    @CsvSource({"Example.ORG., example.org", "_acme-challenge.a, _acme-challenge.a", "--1, --1"})
    void isFoldedAndWithoutTrailingDot(String text, String expected) {
      assertThat(HostName.of(text)).hasToString(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a..b", ".a", "a b", "münchen.de", "a/b", "1:2", "a.\u0000"})
    void refusesWhatIsNoName(String text) {
      assertThatThrownBy(() -> HostName.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void limitsLabelsTo63AndNamesTo253Octets() {
      String label = "a".repeat(63);
      assertThat(HostName.of(label).labels()).containsExactly(label);
      assertThatThrownBy(() -> HostName.of(label + "a")).hasMessageContaining("64 octets");
      String name = (label + ".").repeat(3) + "a".repeat(61);
      assertThat(HostName.of(name).text()).hasSize(253);
      assertThatThrownBy(() -> HostName.of(name + "a")).hasMessageContaining("254 characters");
    }
  }

  @Nested
  class Hierarchy {
    @Test
    void aNameLiesWithinItselfItsAncestorsAndTheRoot() {
      HostName name = HostName.of("a.b.example");
      assertThat(name.isWithin(name)).isTrue();
      assertThat(name.isWithin(HostName.of("b.example"))).isTrue();
      assertThat(name.isWithin(HostName.ROOT)).isTrue();
      assertThat(name.isWithin(HostName.of(".example".substring(1)))).isTrue();
      assertThat(HostName.of("xb.example").isWithin(HostName.of("b.example"))).isFalse();
      assertThat(HostName.of("example").isWithin(name)).isFalse();
    }

    @Test
    void namesAreBuiltUnderOthers() {
      assertThat(HostName.of("b.example").under("x.a")).hasToString("x.a.b.example");
      assertThat(HostName.ROOT.under("a")).hasToString("a");
      assertThat(HostName.of(".")).isEqualTo(HostName.ROOT).hasToString(".");
      assertThat(HostName.ROOT.labels()).isEmpty();
    }
  }

  @Nested
  class RefusalByAuthorities {
    @ParameterizedTest
    @ValueSource(strings = {"a.example", "xn--mnchen-3ya.de", "a-b.c-d.example", "1--2.example"})
    void doesNotConcernOrdinaryNames(String text) {
      assertThat(HostName.of(text).refusalByAuthorities()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "localhost, fewer than two labels",
      "-a.example, starts or ends",
      "a.b-.example, starts or ends",
      "ab--c.example, positions 3 and 4",
      "_a.example, '_'",
      "1.2.3.4.5.6.7.8.9.example.org, more than 10 labels",
      "192.0.2.1, ends in a number",
    })
    void isExplained(String text, String reason) {
      assertThat(HostName.of(text).refusalByAuthorities())
          .hasValueSatisfying(refusal -> assertThat(refusal).contains(reason));
    }
  }
}
