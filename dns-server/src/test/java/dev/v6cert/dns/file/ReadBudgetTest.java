package dev.v6cert.dns.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ReadBudgetTest {
  private static final Path FILE = Path.of("list");
  private static final int MANY = 65_536;

  @Test
  void tellsOnceThatAFileTakesLongerThanASecond() throws Exception {
    AtomicInteger told = new AtomicInteger();
    ReadBudget budget = ReadBudget.atStart(FILE, told::incrementAndGet);
    budget.step(MANY);
    assertThat(told).hasValue(0);
    Thread.sleep(Duration.ofMillis(1_100));
    budget.step(MANY);
    budget.step(MANY);
    assertThat(told).hasValue(1);
  }

  @Test
  void leavesHalfOfTheTimeToTheQueries() throws Exception {
    ReadBudget budget = ReadBudget.whileServing(FILE, () -> {});
    long slept = 0;
    for (int i = 0; i < 20; i++) {
      long end = System.nanoTime() + Duration.ofMillis(3).toNanos();
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
      long before = System.nanoTime();
      budget.step(MANY);
      slept += System.nanoTime() - before;
    }
    assertThat(Duration.ofNanos(slept)).isGreaterThan(Duration.ofMillis(30));
  }

  @Test
  void endsBeforeTheHeapIsFull() throws Exception {
    ReadBudget budget = ReadBudget.atStart(FILE, () -> {});
    budget.need(1);
    long heap = Runtime.getRuntime().maxMemory();
    assertThatThrownBy(() -> budget.need(heap * 4 / 5)).hasMessageStartingWith("list: too large");
    ReadBudget.NONE.need(heap);
  }
}
