package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A certificate that is swapped while connections are made and used. */
class CertificateSwapIT {

  @Test
  void failsNoRequestAndIsThatOfTheNextConnection() throws Exception {
    Set<Object> serials = ConcurrentHashMap.newKeySet();
    AtomicBoolean end = new AtomicBoolean();
    try (Backend backend = Backend.start(it -> it.ok("ok"));
        Rig rig = Rig.of(backend);
        HttpClient lasting = Rig.client(Version.HTTP_2);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> workers = new ArrayList<>();
      workers.add(
          threads.submit(() -> {
            int count = 0;
            while (!end.get()) {
              assertThat(
                      lasting.send(rig.request("/").build(), BodyHandlers.ofString()).statusCode())
                  .isEqualTo(200);
              count++;
            }
            return count;
          }));
      workers.add(
          threads.submit(() -> {
            int count = 0;
            while (!end.get()) {
              try (HttpClient client = Rig.client(Version.HTTP_1_1)) {
                var response = client.send(rig.request("/").build(), BodyHandlers.ofString());
                assertThat(response.statusCode()).isEqualTo(200);
                var chain = response.sslSession().orElseThrow().getPeerCertificates();
                serials.add(((java.security.cert.X509Certificate) chain[0]).getSerialNumber());
              }
              count++;
            }
            return count;
          }));
      for (int i = 0; i < 20; i++) {
        rig.serveNewCertificate();
        Thread.sleep(100);
      }
      end.set(true);
      for (Future<Integer> worker : workers) {
        assertThat(worker.get()).isPositive();
      }
      assertThat(serials).hasSizeGreaterThan(3);
    }
  }
}
