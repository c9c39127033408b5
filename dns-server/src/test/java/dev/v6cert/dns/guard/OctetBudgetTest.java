package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OctetBudgetTest {
  private static final int CHUNK = OctetBudget.CHUNK;

  private final OctetBudget<String> budget = new OctetBudget<>(10 * CHUNK);

  private OctetBudget<String>.Holding holding(String owner, int size) {
    OctetBudget<String>.Holding holding = budget.open(owner);
    holding.append(new byte[size], 0, size);
    return holding;
  }

  @Test
  void countsWholeChunks() {
    OctetBudget<String>.Holding one = holding("one", 1);
    assertThat(budget.held()).isEqualTo(CHUNK);
    one.append(new byte[CHUNK], 0, CHUNK);
    assertThat(budget.held()).isEqualTo(2 * CHUNK);
    one.drop(2);
    assertThat(budget.held()).isEqualTo(2 * CHUNK);
    one.drop(CHUNK - 1);
    assertThat(budget.held()).isZero();
    assertThat(budget.largest()).isEmpty();
  }

  @Test
  void isExceededByTheFirstOctetTooMuch() {
    holding("one", 10 * CHUNK);
    assertThat(budget.isExceeded()).isFalse();
    holding("two", 1);
    assertThat(budget.isExceeded()).isTrue();
  }

  @Test
  void givesUpWhoHoldsMostAndOfThoseWhoHoldsLongest() {
    holding("small and old", 1);
    OctetBudget<String>.Holding large = holding("large", 5 * CHUNK);
    holding("large and young", 4 * CHUNK);
    assertThat(budget.largest()).contains("large");
    large.drop(4 * CHUNK);
    assertThat(budget.largest()).contains("large and young");
  }

  @Test
  void takesNothingOfWhoHoldsNothing() {
    holding("one", 3 * CHUNK).release();
    assertThat(budget.held()).isZero();
    assertThat(budget.largest()).isEmpty();
    assertThat(budget.isTrimmed()).isFalse();
    budget.trim();
    budget.trim();
    assertThat(budget.isTrimmed()).isTrue();
  }

  @Test
  void givesBackWhatWasPutIn() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    OctetBudget<String>.Holding holding = budget.open("one");
    byte[] expected = new byte[0];
    for (int i = 0; i < 10_000; i++) {
      if (random.nextInt(3) > 0 && expected.length < 20 * CHUNK) {
        byte[] more = new byte[random.nextInt(3 * CHUNK)];
        random.nextBytes(more);
        holding.append(more, 0, more.length);
        int before = expected.length;
        expected = Arrays.copyOf(expected, before + more.length);
        System.arraycopy(more, 0, expected, before, more.length);
      } else {
        int count = random.nextInt(expected.length + 1);
        holding.drop(count);
        expected = Arrays.copyOfRange(expected, count, expected.length);
      }
      byte[] held = new byte[expected.length];
      holding.copy(held, 0, held.length);
      assertThat(holding.size()).as("seed %d", seed).isEqualTo(expected.length);
      assertThat(held).as("seed %d", seed).isEqualTo(expected);
    }
    holding.release();
    assertThat(budget.held()).as("seed %d", seed).isZero();
  }
}
