package dev.v6cert.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ConnectionSlotsTest {

  private final List<String> placed = new ArrayList<>();

  private ConnectionSlots.Waiter waiter(String name) {
    return () -> placed.add(name);
  }

  @Test
  void whoWaitsGetsTheNextInTurn() {
    ConnectionSlots slots = new ConnectionSlots(1);
    assertThat(slots.tryTake()).isTrue();
    assertThat(slots.await(waiter("first"))).isTrue();
    assertThat(slots.await(waiter("second"))).isTrue();
    assertThat(slots.tryTake()).isFalse();

    slots.giveBack();
    assertThat(placed).containsExactly("first");
    slots.giveBack();
    assertThat(placed).containsExactly("first", "second");
    slots.giveBack();
    assertThat(slots.isLacking()).isFalse();
    assertThat(slots.tryTake()).isTrue();
  }

  @Test
  void onePlaceThatBecameFreeJustBeforeTheWaitIsTakenAtOnce() {
    ConnectionSlots slots = new ConnectionSlots(1);
    assertThat(slots.tryTake()).isTrue();
    assertThat(slots.tryTake()).isFalse();
    slots.giveBack(); // By another thread.

    assertThat(slots.await(waiter("late"))).isTrue();
    assertThat(placed).containsExactly("late");
    assertThat(slots.isLacking()).isFalse();
  }

  @Test
  void oneThatIsOfNoUseToTheFirstIsThatOfTheNext() {
    ConnectionSlots slots = new ConnectionSlots(1);
    assertThat(slots.tryTake()).isTrue();
    slots.await(() -> false); // Its thread has ended.
    slots.await(waiter("next"));

    slots.giveBack();
    assertThat(placed).containsExactly("next");
    slots.await(() -> false);
    slots.giveBack();
    assertThat(slots.tryTake()).isTrue();
  }

  @Test
  void reservesAreAskedForUntilTheyAreUnregistered() {
    ConnectionSlots slots = new ConnectionSlots(1);
    Runnable unregister = slots.onLack(() -> placed.add("reserve"));
    slots.tryTake();
    slots.await(waiter("first"));
    assertThat(placed).containsExactly("reserve");
    slots.giveBack();
    placed.clear();

    unregister.run();
    slots.await(waiter("second"));
    assertThat(placed).isEmpty();
  }

  @Test
  void threadsThatTakeAndWaitLoseNone() throws Exception {
    ConnectionSlots slots = new ConnectionSlots(2);
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        workers.add(
            threads.submit(() -> {
              for (int j = 0; j < 20_000; j++) {
                CountDownLatch place = new CountDownLatch(1);
                if (!slots.tryTake()) {
                  assertThat(
                          slots.await(() -> {
                            place.countDown();
                            return true;
                          }))
                      .isTrue();
                  place.await();
                }
                slots.giveBack();
              }
              return null;
            }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
    assertThat(slots.tryTake()).isTrue();
    assertThat(slots.tryTake()).isTrue();
    assertThat(slots.tryTake()).isFalse();
  }
}
