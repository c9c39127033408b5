package dev.v6cert.dns.content;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.challenge.Change;
import dev.v6cert.dns.challenge.Serial;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

/** The bounded history of changes, and the serials that it is asked for. */
class ChangeHistoryTest {
  private final ChangeHistory history = new ChangeHistory(1, 4);

  private static Name name(int number) {
    return Name.fromConstantString("n" + number + ".test.");
  }

  private static byte[] entry(int number) {
    return ChangeCodec.encode(new Change.RecordsSet(name(number), List.of()));
  }

  private void change(long serial, int... names) {
    history.step(serial - 1, serial);
    for (int name : names) {
      history.add(entry(name));
    }
  }

  @Test
  void hasEachNameOnceThatChangedSince() {
    change(2, 1);
    change(3, 2, 1);
    assertThat(history.since(1).orElseThrow().keySet()).containsExactly(name(1), name(2));
    assertThat(history.since(2).orElseThrow().keySet()).containsExactly(name(2), name(1));
    assertThat(history.since(3).orElseThrow()).isEmpty();
  }

  @Test
  void forgetsWholeStepsWhereThereAreTooMany() {
    change(2, 1, 2);
    change(3, 3, 4);
    change(4, 5);
    assertThat(history.since(1)).isEmpty();
    assertThat(history.since(2).orElseThrow()).hasSize(3);
    change(5, 1, 2, 3, 4, 5);
    assertThat(history.since(4)).isEmpty();
    assertThat(history.since(5).orElseThrow()).isEmpty();
    change(6, 1);
    assertThat(history.since(5).orElseThrow()).hasSize(1);
  }

  @Test
  void startsAnewWhereSerialsAreMissing() {
    change(2, 1);
    history.step(2, 9); // A journal that was written anew.
    history.add(entry(1));
    history.step(9, 9);
    history.add(entry(2));
    assertThat(history.since(2)).isEmpty();
    assertThat(history.since(9).orElseThrow()).isEmpty();
    change(10, 3);
    assertThat(history.since(9).orElseThrow()).hasSize(1);
  }

  @Test
  void doesNotKnowTheFuture() {
    change(2, 1);
    assertThat(history.since(3)).isEmpty();
  }

  @Test
  void serialsGoOnAtZero() {
    long now = (3L << 32) + 5;
    Serial before = Serial.of(now - 10);
    assertThat(before.isBefore(Serial.of(now))).isTrue();
    assertThat(Serial.of(now).isBefore(before)).isFalse();
    assertThat(before.stored(now)).isEqualTo(OptionalLong.of(now - 10));
    assertThat(Serial.of(now + 1).stored(now)).isEmpty();
  }
}
