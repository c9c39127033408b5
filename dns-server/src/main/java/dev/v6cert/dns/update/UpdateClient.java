package dev.v6cert.dns.update;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.tsig.KeyFile;
import dev.v6cert.dns.tsig.TsigKey;
import dev.v6cert.dns.update.UpdateFailedException.Problem;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.name.HostName;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * Changes TXT records at a name server by signed updates (RFC 2136, RFC 8945), over TCP. A call
 * takes as long as the server does, at most {@link #LIMIT} for each of its addresses and messages.
 */
public final class UpdateClient {

  private static final Duration LIMIT = Duration.ofSeconds(15);
  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final int LARGEST = 0xffff;

  /** The most records of a message: servers limit it, ours to 32. */
  private static final int MOST_RECORDS = 30;

  private static final long TTL = 1;

  private final UpdateServer server;
  private final TsigKey key;

  UpdateClient(UpdateServer server, TsigKey key) {
    this.server = server;
    this.key = key;
  }

  /**
   * A client with a key.
   *
   * @param keyFile one key in the syntax of BIND, as {@code tsig-keygen} writes it
   * @throws FileFailure when the file cannot be used, or others can read it
   */
  public static UpdateClient of(UpdateServer server, Path keyFile) throws FileFailure {
    Collection<TsigKey> keys = KeyFile.read(keyFile, KeyFile.Weak.REFUSED).values();
    if (keys.size() > 1) {
      throw new FileFailure(keyFile, 0, "it has more than one key");
    }
    return new UpdateClient(server, keys.iterator().next());
  }

  /** The server. */
  public UpdateServer server() {
    return server;
  }

  /** The name of the key. */
  public String keyName() {
    return key.name().toString(true);
  }

  /**
   * The zone of the server that a name lies in: the server is asked for the SOA record of the name
   * and of each one above it.
   *
   * @throws UpdateFailedException when it does not answer, or has no such zone
   */
  public HostName zoneOf(HostName name) throws UpdateFailedException {
    Optional<NSRecord> referral = Optional.empty();
    for (Name at = name(name); at.labels() > 1; at = new Name(at, 1)) {
      Message query = Message.newQuery(Record.newRecord(at, Type.SOA, DClass.IN));
      query.getHeader().unsetFlag(Flags.RD);
      Message reply = exchange(query).message();
      Optional<Name> apex = apex(reply, at);
      if (apex.isPresent()) {
        Name zone = apex.get();
        if (referral.filter(ns -> ns.getName().labels() > zone.labels()).isPresent()) {
          NSRecord to = referral.get();
          throw new UpdateFailedException(
              Problem.DELEGATED,
              to.getName().toString(true) + " to " + to.getTarget().toString(true));
        }
        return HostName.of(zone.toString(true));
      }
      referral = referral.or(() -> referral(reply));
    }
    throw new UpdateFailedException(Problem.NO_ZONE, name.text());
  }

  /** The apex of the zone in an authoritative answer, also in one that there is no such record. */
  private static Optional<Name> apex(Message reply, Name asked) {
    if (!reply.getHeader().getFlag(Flags.AA)) {
      return Optional.empty();
    }
    for (int section : new int[] {Section.ANSWER, Section.AUTHORITY}) {
      for (Record record : reply.getSection(section)) {
        if (record instanceof SOARecord && asked.subdomain(record.getName())) {
          return Optional.of(record.getName());
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<NSRecord> referral(Message reply) {
    return reply.getSection(Section.AUTHORITY).stream()
        .filter(NSRecord.class::isInstance)
        .map(NSRecord.class::cast)
        .findFirst();
  }

  /** Shows that the server takes the key, by an update that changes nothing. */
  public void tryKey(HostName zone) throws UpdateFailedException {
    send(new Update(name(zone)));
  }

  /** Adds records; those that are there already stay. All of one name come in one message. */
  public void add(HostName zone, Collection<TxtValue> records) throws UpdateFailedException {
    for (List<TXTRecord> some : messages(records)) {
      Update update = new Update(name(zone));
      some.forEach(update::add);
      send(update);
    }
  }

  /** Deletes these records and no others; one that is not there is no failure. */
  public void delete(HostName zone, Collection<TxtValue> records) throws UpdateFailedException {
    for (List<TXTRecord> some : messages(records)) {
      Update update = new Update(name(zone));
      some.forEach(update::delete);
      send(update);
    }
  }

  /**
   * The addresses that the server has for a name, of both families; empty where its answers are not
   * signed by the key, so that they may be anybody's.
   */
  public Optional<Set<IpAddress>> addresses(HostName name) throws UpdateFailedException {
    Set<IpAddress> addresses = new HashSet<>();
    for (int type : new int[] {Type.AAAA, Type.A}) {
      Message query = Message.newQuery(Record.newRecord(name(name), type, DClass.IN));
      query.getHeader().unsetFlag(Flags.RD);
      key.tsig().apply(query, null);
      Answer answer = exchange(query);
      if (!isSigned(answer, query)) {
        return Optional.empty();
      }
      for (Record record : answer.message().getSection(Section.ANSWER)) {
        if (record.getType() == type && record.getName().equals(name(name))) {
          addresses.add(IpAddress.from(address(record)));
        }
      }
    }
    return Optional.of(addresses);
  }

  private boolean isSigned(Answer answer, Message request) {
    return answer.message().getTSIG() != null
        && key.tsig().verify(answer.message(), answer.octets().array(), request.getTSIG())
            == Rcode.NOERROR;
  }

  private static InetAddress address(Record record) {
    return record instanceof AAAARecord aaaa ? aaaa.getAddress() : ((ARecord) record).getAddress();
  }

  /**
   * Makes addresses those of a name, in one message: all of a family go that has others there.
   *
   * @param there the addresses that the server has for the name; empty where they are not known
   * @param wanted the new ones
   * @param ttl how long resolvers may keep them
   */
  public void replaceAddresses(
      HostName zone,
      HostName name,
      Optional<Set<IpAddress>> there,
      Collection<IpAddress> wanted,
      Duration ttl)
      throws UpdateFailedException {
    Update update = new Update(name(zone));
    for (IpFamily family : IpFamily.values()) {
      int type = family == IpFamily.IPV6 ? Type.AAAA : Type.A;
      Set<IpAddress> after = of(family, wanted);
      if (there.isEmpty() || !of(family, there.get()).equals(after)) {
        update.delete(name(name), type);
        for (IpAddress address : after) {
          update.add(
              Record.newRecord(name(name), type, DClass.IN, ttl.toSeconds(), address.octets()));
        }
      }
    }
    send(update);
  }

  private static Set<IpAddress> of(IpFamily family, Collection<IpAddress> addresses) {
    return addresses.stream()
        .filter(address -> address.family() == family)
        .collect(Collectors.toSet());
  }

  private static List<List<TXTRecord>> messages(Collection<TxtValue> records) {
    List<TXTRecord> all = new ArrayList<>();
    records.stream()
        .sorted((a, b) -> a.name().compareTo(b.name()))
        .forEach(one -> all.add(new TXTRecord(name(one.name()), DClass.IN, TTL, one.value())));
    List<List<TXTRecord>> messages = new ArrayList<>();
    List<TXTRecord> open = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Name name = all.get(i).getName();
      long same = all.stream().filter(one -> one.getName().equals(name)).count();
      boolean begins = i == 0 || !all.get(i - 1).getName().equals(name);
      if (begins && !open.isEmpty() && open.size() + same > MOST_RECORDS) {
        messages.add(open);
        open = new ArrayList<>();
      }
      open.add(all.get(i));
    }
    if (!open.isEmpty()) {
      messages.add(open);
    }
    return messages;
  }

  private void send(Update update) throws UpdateFailedException {
    key.tsig().apply(update, null);
    Answer answer = exchange(update);
    Message reply = answer.message();
    int rcode = reply.getHeader().getRcode();
    TSIGRecord signature = reply.getTSIG();
    if (rcode == Rcode.NOTAUTH && signature != null && signature.getError() != Rcode.NOERROR) {
      throw refusal(signature);
    }
    if (rcode != Rcode.NOERROR) {
      throw new UpdateFailedException(problem(rcode), Rcode.string(rcode));
    }
    if (!isSigned(answer, update)) {
      throw new UpdateFailedException(Problem.UNSIGNED, "");
    }
  }

  /** The reason in a signature's error field (RFC 8945 section 5.2). */
  private static UpdateFailedException refusal(TSIGRecord signature) {
    int error = signature.getError();
    byte[] other = signature.getOther();
    return switch (error) {
      case Rcode.BADKEY -> new UpdateFailedException(Problem.BAD_KEY, "");
      case Rcode.BADTIME ->
          new UpdateFailedException(
              Problem.BAD_TIME, other != null && other.length == 6 ? time(other).toString() : "");
      default -> new UpdateFailedException(Problem.BAD_SIGNATURE, Rcode.TSIGstring(error));
    };
  }

  /** The server's time: 48 bits of seconds. */
  private static Instant time(byte[] octets) {
    return Instant.ofEpochSecond(ByteBuffer.allocate(8).put(2, octets).getLong(0));
  }

  private static Problem problem(int rcode) {
    return switch (rcode) {
      case Rcode.REFUSED -> Problem.REFUSED;
      case Rcode.NOTAUTH -> Problem.NOT_AUTHORITATIVE;
      case Rcode.NOTZONE -> Problem.NOT_IN_ZONE;
      case Rcode.NOTIMP -> Problem.NO_UPDATES;
      case Rcode.SERVFAIL -> Problem.SERVER_FAILURE;
      default -> Problem.OTHER;
    };
  }

  private record Answer(Message message, ByteBuffer octets) {}

  /** Asks each address of the server until one answers. */
  private Answer exchange(Message message) throws UpdateFailedException {
    InetAddress[] addresses;
    try {
      addresses = InetAddress.getAllByName(server.host());
    } catch (UnknownHostException e) {
      throw new UpdateFailedException(Problem.UNKNOWN_SERVER, server.host());
    }
    String failure = "";
    for (InetAddress address : addresses) {
      try {
        return exchangeTwice(new InetSocketAddress(address, server.port()), message);
      } catch (IOException e) {
        failure = Optional.ofNullable(e.getMessage()).orElse("the connection ended");
      }
    }
    throw new UpdateFailedException(Problem.SILENT, failure);
  }

  /**
   * Asks once more where the server ends the connection without a reply, as in a restart. To make a
   * change twice is the same as to make it once.
   */
  private static Answer exchangeTwice(InetSocketAddress address, Message message)
      throws IOException {
    try {
      return exchange(address, message);
    } catch (EOFException e) {
      return exchange(address, message);
    }
  }

  private static Answer exchange(InetSocketAddress address, Message message) throws IOException {
    byte[] query = message.toWire(LARGEST);
    try (Socket socket = new Socket()) {
      socket.connect(address, (int) CONNECTING.toMillis());
      socket.setSoTimeout((int) LIMIT.toMillis());
      socket
          .getOutputStream()
          .write(
              ByteBuffer.allocate(Short.BYTES + query.length)
                  .putShort((short) query.length)
                  .put(query)
                  .array());
      DataInputStream in = new DataInputStream(socket.getInputStream());
      byte[] octets = new byte[in.readUnsignedShort()];
      in.readFully(octets);
      Message reply = new Message(octets);
      if (reply.getHeader().getID() != message.getHeader().getID()) {
        throw new IOException("its answer is to another question");
      }
      return new Answer(reply, ByteBuffer.wrap(octets));
    }
  }

  private static Name name(HostName name) {
    try {
      return Name.fromString(name.text(), Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(name.text(), e);
    }
  }
}
