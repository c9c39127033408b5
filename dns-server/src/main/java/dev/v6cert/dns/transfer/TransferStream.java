package dev.v6cert.dns.transfer;

import dev.v6cert.dns.transport.ReplyStream;
import dev.v6cert.dns.tsig.TsigKeys;
import dev.v6cert.dns.tsig.TsigResult.Verified;
import java.io.IOException;
import java.util.Iterator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;

/** The messages of one transfer, each signed (RFC 8945 section 5.3.1). */
final class TransferStream implements ReplyStream {
  /** So many octets of records go into a message, before their names are compressed. */
  private static final int FULL = 16 * 1024;

  /** Type, class, TTL and length of the data. */
  private static final int RECORD_HEAD = 10;

  private final Verified query;
  private final Supplier<Stream<Record>> records;
  private final Runnable end;

  /**
   * A transfer.
   *
   * @param records gathers the records, which takes long in a large zone
   * @param end run when it is over, well or not
   */
  TransferStream(Verified query, Supplier<Stream<Record>> records, Runnable end) {
    this.query = query;
    this.records = records;
    this.end = end;
  }

  @Override
  public void writeTo(Sink sink) throws IOException {
    TSIG.StreamGenerator signatures = query.stream();
    Iterator<Record> rest = records.get().iterator();
    boolean first = true;
    while (rest.hasNext()) {
      Message message = TsigKeys.reply(query.message(), Rcode.NOERROR);
      if (!first) {
        message.removeAllRecords(Section.QUESTION); // RFC 5936 section 2.2.
      }
      first = false;
      message.getHeader().setFlag(Flags.AA);
      int size = 0;
      while (rest.hasNext() && size < FULL) {
        Record record = rest.next();
        message.addRecord(record, Section.ANSWER);
        size += record.getName().length() + RECORD_HEAD + record.rdataToWireCanonical().length;
      }
      signatures.generate(message);
      sink.send(message.toWire());
    }
  }

  @Override
  public void close() {
    end.run();
  }
}
