package dev.v6cert.dns.content;

import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.Change;
import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.credential.AccountKey;
import dev.v6cert.dns.credential.BcryptHash;
import dev.v6cert.dns.credential.KeyDigest;
import dev.v6cert.ipv6.AddressBlock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** Changes as octets: the serial after them, their number, and each one with its kind first. */
public final class ChangeCodec {
  private static final int ACCOUNT_PUT = 1;
  private static final int ACCOUNT_REMOVED = 2;
  private static final int RECORDS_SET = 3;
  private static final int IMPORTED_PUT = 4; // With the bcrypt hash of acme-dns.

  private ChangeCodec() {}

  /**
   * Changes that are made together.
   *
   * @param serial the serial of the store after them
   */
  public record Batch(long serial, List<Change> changes) {}

  /** Changes that are made together as octets. */
  public static byte[] encode(Batch batch) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(octets)) {
      out.writeLong(batch.serial());
      out.writeInt(batch.changes().size());
      for (Change change : batch.changes()) {
        write(out, change);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory is never full", e);
    }
    return octets.toByteArray();
  }

  /**
   * Reads what {@link #encode(Batch)} wrote.
   *
   * @throws IOException when the octets are something else
   */
  public static Batch decode(byte[] octets) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets))) {
      long serial = in.readLong();
      int count = in.readInt();
      List<Change> changes = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        changes.add(read(in));
      }
      if (in.available() > 0) {
        throw new IOException("there are octets behind the last change");
      }
      return new Batch(serial, changes);
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  /** One change as octets, as it is in a batch. */
  public static byte[] encode(Change change) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(octets)) {
      write(out, change);
    } catch (IOException e) {
      throw new UncheckedIOException("memory is never full", e);
    }
    return octets.toByteArray();
  }

  /**
   * Reads one change that {@link #encode(Change)} wrote.
   *
   * @throws IOException when the octets are something else
   */
  public static Change decodeOne(byte[] octets) throws IOException {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets))) {
      Change change = read(in);
      if (in.available() > 0) {
        throw new IOException("there are octets behind the change");
      }
      return change;
    } catch (IllegalArgumentException e) {
      throw new IOException(e);
    }
  }

  /** The change that these octets of {@link #encode(Change)} are. */
  static Change change(byte[] octets) {
    try {
      return decodeOne(octets);
    } catch (IOException e) {
      throw new UncheckedIOException("it was encoded here", e);
    }
  }

  /** The account that is put by these octets of {@link #encode(Change)}. */
  static Account account(byte[] octets) {
    return ((Change.AccountPut) change(octets)).account();
  }

  /** The records that are set by these octets of {@link #encode(Change)}. */
  static Change.RecordsSet records(byte[] octets) {
    return (Change.RecordsSet) change(octets);
  }

  private static void write(DataOutputStream out, Change change) throws IOException {
    switch (change) {
      case Change.AccountPut(var account) -> {
        out.writeByte(account.key() instanceof KeyDigest ? ACCOUNT_PUT : IMPORTED_PUT);
        out.writeUTF(account.user());
        writeName(out, account.name());
        switch (account.key()) {
          case KeyDigest digest -> out.write(digest.octets());
          case BcryptHash hash -> out.writeUTF(hash.text());
        }
        out.writeLong(account.created().toEpochMilli());
        out.writeBoolean(account.used());
        out.writeShort(account.allowed().size());
        for (AddressBlock network : account.allowed()) {
          out.writeUTF(network.toString());
        }
      }
      case Change.AccountRemoved(var user) -> {
        out.writeByte(ACCOUNT_REMOVED);
        out.writeUTF(user);
      }
      case Change.RecordsSet(var name, var records) -> {
        out.writeByte(RECORDS_SET);
        writeName(out, name);
        out.writeShort(records.size());
        for (HostedRecord hosted : records) {
          Record record = hosted.record();
          byte[] data = record.rdataToWireCanonical();
          out.writeShort(record.getType());
          out.writeInt((int) record.getTTL());
          out.writeLong(hosted.written().toEpochMilli());
          out.writeShort(data.length);
          out.write(data);
        }
      }
    }
  }

  private static Change read(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case ACCOUNT_PUT -> new Change.AccountPut(readAccount(in, false));
      case IMPORTED_PUT -> new Change.AccountPut(readAccount(in, true));
      case ACCOUNT_REMOVED -> new Change.AccountRemoved(in.readUTF());
      case RECORDS_SET -> readRecords(in);
      default -> throw new IOException("there is no change of kind " + kind);
    };
  }

  private static Account readAccount(DataInputStream in, boolean imported) throws IOException {
    String user = in.readUTF();
    Name name = readName(in);
    AccountKey key =
        imported
            ? new BcryptHash(in.readUTF())
            : KeyDigest.ofDigest(readOctets(in, KeyDigest.LENGTH));
    Instant created = Instant.ofEpochMilli(in.readLong());
    boolean used = in.readBoolean();
    int count = in.readUnsignedShort();
    List<AddressBlock> allowed = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      allowed.add(AddressBlock.parse(in.readUTF()));
    }
    return new Account(user, name, key, allowed, created, used);
  }

  private static Change readRecords(DataInputStream in) throws IOException {
    Name name = readName(in);
    int count = in.readUnsignedShort();
    List<HostedRecord> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int type = in.readUnsignedShort();
      long ttl = Integer.toUnsignedLong(in.readInt());
      Instant written = Instant.ofEpochMilli(in.readLong());
      byte[] data = readOctets(in, in.readUnsignedShort());
      Record record = Record.newRecord(name, type, DClass.IN, ttl, data);
      if (record == null) {
        throw new IOException("the data of a record of " + name + " are malformed");
      }
      records.add(new HostedRecord(record, written));
    }
    return new Change.RecordsSet(name, records);
  }

  private static void writeName(DataOutputStream out, Name name) throws IOException {
    byte[] octets = name.toWire();
    out.writeByte(octets.length);
    out.write(octets);
  }

  private static Name readName(DataInputStream in) throws IOException {
    return new Name(readOctets(in, in.readUnsignedByte()));
  }

  private static byte[] readOctets(DataInputStream in, int length) throws IOException {
    byte[] octets = new byte[length];
    in.readFully(octets);
    return octets;
  }
}
