package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.dns.answer.Question;
import dev.v6cert.dns.answer.ServedZones;
import dev.v6cert.dns.answer.ZoneSetup;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.BlockList;
import dev.v6cert.dns.pipeline.Responses;
import dev.v6cert.dns.telemetry.Counters;
import dev.v6cert.dns.testing.Resources;
import dev.v6cert.dns.wire.QueryReader;
import dev.v6cert.dns.wire.ReceivedMessage;
import dev.v6cert.dns.wire.ResponseWriter;
import dev.v6cert.dns.zonefile.StaticRecords;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Any octets as a zone file: refused with the line, or taken in, and then the same again and with
 * answers that can be written.
 */
class ZoneFileFuzz {
  private static final DnsServerConfig CONFIG =
      DnsServerConfig.builder().zones(List.of(Zone.of("magic.test"))).build();
  private static final ZoneSetup SETUP = DnsServer.setup(CONFIG, new Counters());
  private static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.1");
  private static final int LARGEST_MESSAGE = 65_535;
  private static final int ASKED_ABOUT = 20;

  private static final Path FILE = temporaryFile();
  private static final Pattern WITH_LINE =
      Pattern.compile(Pattern.quote(FILE.toString()) + ":[1-9][0-9]*: .+", Pattern.DOTALL);

  private static Path temporaryFile() {
    try {
      return Files.createTempDirectory("v6cert").resolve("zone");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  static Stream<byte[]> seeds() throws IOException {
    return Stream.concat(
        Stream.of(
            Files.readAllBytes(Resources.path("magic.zone")),
            Files.readAllBytes(Resources.path("reverse.zone"))),
        Stream.of(
                "$TTL 1h\n$ORIGIN a\n$GENERATE 1-9/2 h${1,3,x} 5 IN A 192.0.2.$\n",
                "$INCLUDE zone sub\n",
                "@ SOA ns h 1 2 3 4 5\n@ NS ns\nd DNAME e\n* CNAME x ; c\n",
                "x TXT ( \"a b\" \\100 ;\n c )\n SRV 0 0 5 x\n",
                "x RRSIG A 13 2 60 20240101000000 20240101000000 1 magic.test. aaaa\n",
                "x HIP 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cI\n",
                "x WKS 192.0.2.1 tcp smtp\nx LOC 52 22 23 N 4 53 32 E -2m 0m\n",
                "x CAA 0 issue \"a\"\nx SVCB 1 . alpn=h2 port=5\nx NAPTR 1 2 \"u\" \"a\" \"b\" .\n",
                "x APL 1:192.0.2.0/24\nx SSHFP 1 1 aa\nx TLSA 3 1 1 aa\nx DS 1 13 2 aa\n",
                "x NSEC3 1 1 1 aa 00 A\nx NSEC y A\nx DNSKEY 257 3 13 aaaa\nx TYPE9 \\# 1 00\n")
            .map(text -> text.getBytes(StandardCharsets.UTF_8)));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "1h")
  void isRefusedWithTheLineOrServed(byte[] content) throws IOException {
    Files.write(FILE, withoutOtherFiles(content));
    StaticRecords records;
    try {
      records = read();
    } catch (FileFailure e) {
      assertThat(e.getMessage()).matches(WITH_LINE).doesNotEndWith("null");
      return;
    }
    Name apex = SETUP.apexes().getFirst();
    List<Record> all = records.in(apex);
    assertThat(read().in(apex)).isEqualTo(all);
    ServedZones zones =
        new ServedZones(
            SETUP.served(
                SETUP.completed(records, ReadBudget.NONE),
                new AddressFilter(CONFIG.guards().rules(), BlockList.EMPTY)));
    for (Record record : all.subList(0, Math.min(all.size(), ASKED_ABOUT))) {
      for (int type : new int[] {record.getType(), Type.ANY, Type.DS, Type.A}) {
        expectAnswer(zones, record.getName(), type);
      }
      if (record.getName().length() < 250) {
        expectAnswer(zones, Name.concatenate(Name.fromString("x"), record.getName()), Type.TXT);
      }
    }
  }

  private static StaticRecords read() throws FileFailure {
    return StaticRecords.read(FILE, SETUP.apexes(), CONFIG.zones().ttl(), _ -> {}, ReadBudget.NONE);
  }

  /** Included files are in its own directory. */
  private static byte[] withoutOtherFiles(byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    return text.toUpperCase(Locale.ROOT).contains("$INCLUDE")
        ? text.replace('/', '_').getBytes(StandardCharsets.ISO_8859_1)
        : content;
  }

  private static void expectAnswer(ServedZones zones, Name name, int type) throws IOException {
    byte[] packet = Message.newQuery(Record.newRecord(name, type, DClass.IN)).toWire();
    ReceivedMessage.Query query = (ReceivedMessage.Query) QueryReader.read(ByteBuffer.wrap(packet));
    byte[] reply =
        ResponseWriter.write(
            query,
            Responses.of(zones.answer(new Question(query.name(), type, CLIENT))),
            LARGEST_MESSAGE);
    assertThat(reply).hasSizeLessThanOrEqualTo(LARGEST_MESSAGE);
    assertThat(new Message(reply).getQuestion().getName()).isEqualTo(name);
  }
}
