package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Content that one side does not take: the other side has to wait, since the proxy keeps a buffer
 * of it and no more. The sockets on the way hold some megabytes.
 */
class ConstantMemoryIT {

  private static final int CHUNK = 64 * 1024;
  private static final long ALL = 96 * 1024 * 1024L;
  private static final long MOST_ON_THE_WAY = 48 * 1024 * 1024L;

  private final AtomicLong moved = new AtomicLong();

  /** The octets that have gone in, once they are no more for a while. */
  private long stalled() throws InterruptedException {
    long before = 0;
    while (before == 0 || moved.get() != before) {
      before = moved.get();
      Thread.sleep(500);
    }
    return before;
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void anUploadWaitsForTheServer(Version version) throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    InputStream content =
        new InputStream() {
          @Override
          public int read() {
            throw new UnsupportedOperationException();
          }

          @Override
          public int read(byte[] octets, int offset, int length) {
            long left = ALL - moved.get();
            int count = (int) Math.min(left, length);
            moved.addAndGet(count);
            return left == 0 ? -1 : count;
          }
        };
    try (Backend backend =
            Backend.start(it -> {
              go.await();
              it.in().skipNBytes(ALL);
              it.ok("all of it");
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      CompletableFuture<HttpResponse<String>> response =
          client.sendAsync(
              rig.request("/")
                  .POST(
                      BodyPublishers.fromPublisher(
                          BodyPublishers.ofInputStream(() -> content), ALL))
                  .build(),
              BodyHandlers.ofString());
      assertThat(stalled()).isLessThan(MOST_ON_THE_WAY);
      go.countDown();

      assertThat(response.get(20, TimeUnit.SECONDS).body()).isEqualTo("all of it");
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aDownloadWaitsForTheClient(Version version) throws Exception {
    byte[] chunk = new byte[CHUNK];
    try (Backend backend =
            Backend.start(it -> {
              it.send("HTTP/1.1 200 OK\r\nContent-Length: " + ALL + "\r\n\r\n");
              while (moved.get() < ALL) {
                it.out().write(chunk);
                moved.addAndGet(CHUNK);
              }
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      HttpResponse<InputStream> response =
          client.send(rig.request("/").build(), BodyHandlers.ofInputStream());
      assertThat(stalled()).isLessThan(MOST_ON_THE_WAY);

      response.body().skipNBytes(ALL);
      assertThat(response.body().read()).isEqualTo(-1);
    }
  }
}
