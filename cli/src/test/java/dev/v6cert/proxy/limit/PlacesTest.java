package dev.v6cert.proxy.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class PlacesTest {

  private final List<String> placed = new ArrayList<>();

  private Places.Waiter waiter(String name) {
    return () -> placed.add(name);
  }

  @Test
  void whoWaitsGetsTheNextInTurn() {
    Places places = new Places(1);
    assertThat(places.tryTake()).isTrue();
    assertThat(places.await(waiter("first"))).isTrue();
    assertThat(places.await(waiter("second"))).isTrue();
    assertThat(places.tryTake()).isFalse();

    places.giveBack();
    assertThat(placed).containsExactly("first");
    places.giveBack();
    assertThat(placed).containsExactly("first", "second");
    places.giveBack();
    assertThat(places.isLacking()).isFalse();
    assertThat(places.tryTake()).isTrue();
  }

  @Test
  void onePlaceThatBecameFreeJustBeforeTheWaitIsTakenAtOnce() {
    Places places = new Places(1);
    assertThat(places.tryTake()).isTrue();
    assertThat(places.tryTake()).isFalse();
    places.giveBack(); // By another thread.

    assertThat(places.await(waiter("late"))).isTrue();
    assertThat(placed).containsExactly("late");
    assertThat(places.isLacking()).isFalse();
  }

  @Test
  void oneThatIsOfNoUseToTheFirstIsThatOfTheNext() {
    Places places = new Places(1);
    assertThat(places.tryTake()).isTrue();
    places.await(() -> false); // Its thread has ended.
    places.await(waiter("next"));

    places.giveBack();
    assertThat(placed).containsExactly("next");
    places.await(() -> false);
    places.giveBack();
    assertThat(places.tryTake()).isTrue();
  }

  @Test
  void reservesAreAskedForUntilTheyAreUnregistered() {
    Places places = new Places(1);
    Runnable unregister = places.onLack(() -> placed.add("reserve"));
    places.tryTake();
    places.await(waiter("first"));
    assertThat(placed).containsExactly("reserve");
    places.giveBack();
    placed.clear();

    unregister.run();
    places.await(waiter("second"));
    assertThat(placed).isEmpty();
  }

  @Test
  void threadsThatTakeAndWaitLoseNone() throws Exception {
    Places places = new Places(2);
    List<Future<?>> workers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        workers.add(
            threads.submit(() -> {
              for (int j = 0; j < 20_000; j++) {
                CountDownLatch place = new CountDownLatch(1);
                if (!places.tryTake()) {
                  assertThat(
                          places.await(() -> {
                            place.countDown();
                            return true;
                          }))
                      .isTrue();
                  place.await();
                }
                places.giveBack();
              }
              return null;
            }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    }
    assertThat(places.tryTake()).isTrue();
    assertThat(places.tryTake()).isTrue();
    assertThat(places.tryTake()).isFalse();
  }
}
