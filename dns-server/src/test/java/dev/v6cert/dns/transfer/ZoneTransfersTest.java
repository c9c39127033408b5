package dev.v6cert.dns.transfer;

import static dev.v6cert.dns.transfer.HostedServer.KEY;
import static dev.v6cert.dns.transfer.HostedServer.ZONE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.answer.NameServer;
import dev.v6cert.dns.challenge.ChallengeZone;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.journal.JournalStore;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transport.ReplyStream;
import dev.v6cert.dns.tsig.TsigKey;
import dev.v6cert.dns.tsig.TsigKeys;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/** The work of a transfer, and the thread that has it. */
class ZoneTransfersTest {

  @TempDir Path home;

  @Test
  void theContentIsReadByTheThreadThatWritesAndNotByTheOneThatAnswersQueries() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    try (JournalStore store = new JournalStore(home, _ -> {})) {
      store.open();
      RecordStore counting = counting(store, reads);
      NameServer server = RunningServer.nameServer("ns.auth.magic.test", "127.0.0.1");
      ChallengeZone zone =
          new ChallengeZone(ZONE, List.of(server), Name.fromConstantString("me.test."), counting);
      Name name = Name.fromConstantString("transfer.");
      TsigKeys keys = TsigKeys.of(Map.of(name, new TsigKey(name, TSIG.HMAC_SHA256, KEY)));
      ZoneTransfers transfers = new ZoneTransfers(zone, counting, keys, keys);
      Message query = Message.newQuery(Record.newRecord(ZONE, Type.AXFR, DClass.IN));
      query.setTSIG(KEY);

      try (ReplyStream stream = transfers.stream(query.toWire(65_535)).orElseThrow()) {
        assertThat(reads).hasValue(0);
        List<byte[]> messages = new ArrayList<>();
        stream.writeTo(messages::add);
        assertThat(reads).hasValue(1);
        assertThat(messages).hasSize(1);
      }
      assertThat(transfers.counts()).containsEntry("whole", 1L).containsEntry("difference", 0L);
    }
  }

  /** A store that counts how often its whole content is read. */
  private static RecordStore counting(RecordStore store, AtomicInteger reads) {
    return (RecordStore)
        Proxy.newProxyInstance(
            RecordStore.class.getClassLoader(),
            new Class<?>[] {RecordStore.class},
            (_, method, arguments) -> {
              if (method.getName().equals("content")) {
                reads.incrementAndGet();
              }
              return method.invoke(store, arguments);
            });
  }
}
