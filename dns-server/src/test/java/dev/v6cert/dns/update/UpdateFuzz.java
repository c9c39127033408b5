package dev.v6cert.dns.update;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.ChallengeZone;
import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transport.ReplyStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * Any octets as an UPDATE message. As they are they change nothing, since nobody has signed them.
 * With a right signature there is a signed reply, either nothing or what the grants permit is
 * changed, and a repeat without prerequisites changes nothing more.
 */
class UpdateFuzz {
  private static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final Name ZONE = Name.fromConstantString("auth.test.");
  private static final Name TREE = Name.fromConstantString("tree.auth.test.");
  private static final Name HOST = Name.fromConstantString("host.auth.test.");
  private static final Name KEY_NAME = Name.fromConstantString("key.");
  private static final TSIG KEY = new TSIG(TSIG.HMAC_SHA256, KEY_NAME, SECRET);

  private final Map<Name, List<HostedRecord>> names = new HashMap<>();
  private boolean room = true;
  private final UpdateProcessor updates = updates(store(new Memory()));

  /** The content, as a transaction changes it. */
  private final class Memory implements RecordStore.Draft {
    @Override
    public boolean hasRoom() {
      return room;
    }

    @Override
    public Optional<Account> account(String user) {
      return Optional.empty();
    }

    @Override
    public List<HostedRecord> records(Name name) {
      return names.getOrDefault(name, List.of());
    }

    @Override
    public void put(Account account) {
      throw new AssertionError("an update has no accounts");
    }

    @Override
    public void remove(String user) {
      throw new AssertionError("an update has no accounts");
    }

    @Override
    public void set(Name name, Collection<HostedRecord> records) {
      names.put(name, List.copyOf(records));
    }
  }

  private static RecordStore store(RecordStore.Draft draft) {
    return (RecordStore)
        Proxy.newProxyInstance(
            RecordStore.class.getClassLoader(),
            new Class<?>[] {RecordStore.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "write" -> ((RecordStore.Transaction<?>) arguments[0]).apply(draft);
                  case "serial" -> 1L;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private static UpdateProcessor updates(RecordStore store) {
    try {
      Path keys = Files.createTempFile("update", ".keys");
      try {
        Files.writeString(
            keys,
            "key key { algorithm hmac-sha256; secret \""
                + Base64.getEncoder().encodeToString(SECRET)
                + "\"; };\ngrant key subdomain tree.auth.test;\ngrant key name host.auth.test A;\n");
        Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
        ChallengeZone zone =
            new ChallengeZone(
                ZONE,
                List.of(RunningServer.nameServer("ns.auth.test", "192.0.2.53")),
                Name.fromConstantString("me.test."),
                store);
        return UpdateProcessor.of(zone, store, keys, false);
      } finally {
        Files.delete(keys);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<byte[]> messages() {
    Update set = new Update(ZONE);
    set.delete(TREE, Type.TXT);
    set.add(new TXTRecord(TREE, DClass.IN, 60, "one"));
    set.add(new TXTRecord(TREE, DClass.IN, 60, "two"));
    Update conditional = new Update(ZONE);
    conditional.absent(HOST);
    conditional.present(TREE, Type.TXT);
    conditional.add(
        new ARecord(HOST, DClass.IN, 7200, RunningServer.at("192.0.2.1", 0).getAddress()));
    Update clear = new Update(ZONE);
    clear.present(new TXTRecord(TREE, DClass.IN, 0, "one"));
    clear.delete(new TXTRecord(TREE, DClass.IN, 0, "one"));
    clear.delete(HOST);
    Update foreign = new Update(Name.fromConstantString("other.test."));
    foreign.add(new TXTRecord(Name.fromConstantString("a.other.test."), DClass.IN, 1, "x"));
    return Stream.of(set, conditional, clear, foreign, new Update(ZONE)).map(Message::toWire);
  }

  @MethodSource("messages")
  @FuzzTest(maxDuration = "1h")
  void changesWhatIsGrantedOrNothing(byte[] octets) throws IOException {
    if (octets.length < 12) {
      return; // That is dropped before.
    }
    assertThat(updates.stream(octets)).isEmpty();
    byte[] unsigned = updates.reply(octets).orElseThrow();
    assertThat(new Message(unsigned).getRcode()).isNotEqualTo(Rcode.NOERROR);
    assertThat(names).isEmpty();

    byte[] update = octets.clone();
    update[2] = (byte) (Opcode.UPDATE << 3);
    Message message;
    try {
      message = new Message(update);
      TSIGRecord signature = new Message(signed(update)).getTSIG();
      if (message.getTSIG() != null || signature == null || !signature.getName().equals(KEY_NAME)) {
        return; // Something else follows the message.
      }
    } catch (IOException | IllegalArgumentException e) {
      return;
    }
    TXTRecord one = new TXTRecord(TREE, DClass.IN, 1, "one");
    names.put(TREE, List.of(new HostedRecord(one, Instant.EPOCH)));
    int first = rcode(update);
    Set<Record> before = content();
    int second = rcode(update);
    boolean conditional = !message.getSection(Section.PREREQ).isEmpty();
    if (first == Rcode.NOERROR && !conditional) {
      assertThat(second).isEqualTo(Rcode.NOERROR);
      assertThat(content()).isEqualTo(before);
    }
    names.clear();
  }

  @Test
  void aRecordThatTheLibraryCannotWriteIsMalformed() throws IOException {
    Update update = new Update(ZONE);
    update.add(new TXTRecord(TREE, DClass.IN, 60, "abcd"));
    byte[] octets = update.toWire();
    int type = octets.length - 15;
    assertThat(octets[type + 1]).isEqualTo((byte) Type.TXT);
    octets[type + 1] = Type.WKS; // An address and a protocol, and no services.
    assertThat(rcode(octets)).isEqualTo(Rcode.FORMERR);
  }

  @Test
  void whatTakesMoreMemoryIsRefusedWhereThereIsNone() throws IOException {
    assertThat(rcode(replacement("one"))).isEqualTo(Rcode.NOERROR);
    room = false;
    assertThat(rcode(replacement("one", "two"))).isEqualTo(Rcode.SERVFAIL);
    assertThat(rcode(replacement("longer"))).isEqualTo(Rcode.SERVFAIL);
    assertThat(rcode(replacement("two"))).isEqualTo(Rcode.NOERROR);
    assertThat(rcode(replacement())).isEqualTo(Rcode.NOERROR);
    assertThat(content()).isEmpty();
  }

  private static byte[] replacement(String... values) {
    Update update = new Update(ZONE);
    update.delete(TREE, Type.TXT);
    for (String value : values) {
      update.add(new TXTRecord(TREE, DClass.IN, 60, value));
    }
    return update.toWire();
  }

  /** A message with a signature behind it, whatever it is. */
  private static byte[] signed(byte[] octets) throws IOException {
    TSIGRecord signature = KEY.generate(new Message(octets), octets, Rcode.NOERROR, null);
    byte[] record = signature.toWire(Section.ADDITIONAL);
    byte[] all = Arrays.copyOf(octets, octets.length + record.length);
    System.arraycopy(record, 0, all, octets.length, record.length);
    int count = ((octets[10] & 0xff) << 8 | (octets[11] & 0xff)) + 1;
    all[10] = (byte) (count >>> 8);
    all[11] = (byte) count;
    return all;
  }

  /** The rcode of the signed reply to a message, after which the content is in order. */
  private int rcode(byte[] message) throws IOException {
    byte[] signed = signed(message);
    Set<Record> before = content();
    byte[] reply = reply(signed);
    Message read = new Message(reply);
    assertThat(read.getHeader().getID()).isEqualTo(new Message(message).getHeader().getID());
    assertThat(KEY.verify(read, reply, new Message(signed).getTSIG())).isEqualTo(Rcode.NOERROR);
    int rcode = read.getRcode();
    if (rcode != Rcode.NOERROR) {
      assertThat(content()).isEqualTo(before);
    }
    for (Record record : content()) {
      boolean text = record.getType() == Type.TXT && record.getName().subdomain(TREE);
      boolean address = record.getType() == Type.A && record.getName().equals(HOST);
      assertThat(text || address).as(record.toString()).isTrue();
      assertThat(record.getTTL()).isBetween(0L, 3600L);
      assertThat(record.getDClass()).isEqualTo(DClass.IN);
    }
    names.values().forEach(records -> assertThat(records).hasSizeLessThanOrEqualTo(32));
    return rcode;
  }

  private byte[] reply(byte[] octets) throws IOException {
    Optional<ReplyStream> stream = updates.stream(octets);
    if (stream.isEmpty()) {
      return updates.reply(octets).orElseThrow();
    }
    List<byte[]> replies = new ArrayList<>();
    try (ReplyStream reply = stream.get()) {
      reply.writeTo(replies::add);
    }
    assertThat(replies).hasSize(1);
    return replies.getFirst();
  }

  private Set<Record> content() {
    return names.values().stream()
        .flatMap(List::stream)
        .map(HostedRecord::record)
        .collect(Collectors.toSet());
  }
}
