package dev.v6cert.acme.localca.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A book that is full. */
class OrderBookTest {

  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

  @TempDir Path directory;

  private static Order order(int number, String account, boolean finished) {
    return new Order(
        account + "-" + number,
        account,
        List.of(Authorization.pending(Subject.parse("a.test"), "token")),
        NOW.plusSeconds(1000 + number),
        Optional.empty(),
        finished
            ? Optional.of(
                new IssuedCertificate(
                    account + number, "issuer", NOW, NOW.plusSeconds(90_000), "pem"))
            : Optional.empty());
  }

  private static Account account(String id) {
    return new Account(id, "{}", id, List.of(), "10.0.0.1", NOW, true);
  }

  private void write(Order order) throws Exception {
    Map<String, String> values = new TreeMap<>(order.values());
    values.put(StateFile.VERSION, "1");
    Files.writeString(
        directory.resolve(order.id() + StateFile.SUFFIX), PropertiesText.format(values));
  }

  @Test
  void dropsTheOldestFinishedOrderOfTheAccountThatHasMost() throws Exception {
    for (int i = 0; i < OrderBook.MOST; i++) {
      write(order(i, i < 10 ? "small" : "large", true));
    }
    OrderBook book = OrderBook.load(directory, CLOCK);

    Order _ = book.add(order(1, "third", false), account("third"));

    assertThat(book.all()).hasSize(OrderBook.MOST);
    assertThat(book.find("large-10")).isEmpty();
    assertThat(book.find("third-1")).isPresent();
    assertThat(directory.resolve("large-10.properties")).doesNotExist();
  }

  @Test
  void refusesAnotherWhereNoneIsFinished() throws Exception {
    for (int i = 0; i < OrderBook.MOST; i++) {
      write(order(i, "large", false));
    }
    OrderBook book = OrderBook.load(directory, CLOCK);

    assertThatThrownBy(() -> book.add(order(1, "third", false), account("third")))
        .isInstanceOf(ProblemException.class)
        .hasMessage("there are 5000 orders already");
  }
}
