package dev.v6cert.dns.transport.linux;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;
import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Datagrams received with one system call, and their replies on the way to be sent with another, in
 * memory that is allocated once. Each datagram has a slot: its sender, what the kernel told beside
 * it, its octets; the reply is written over these, and goes back to the sender, from the address
 * that the datagram was sent to. The layouts are those of x86-64 and aarch64, which agree; musl has
 * narrower fields than glibc, with padding in the place of the rest.
 */
public final class DatagramBatch implements AutoCloseable {
  /** The most datagrams of a batch. */
  static final int CAPACITY = 32;

  /** {@code struct iovec} of readv(2). */
  static final StructLayout IOVEC =
      structLayout(ADDRESS.withName("base"), JAVA_LONG.withName("length"));

  /** {@code struct mmsghdr} of recvmmsg(2), with the {@code struct msghdr} that begins it. */
  static final StructLayout HEADER =
      structLayout(
          ADDRESS.withName("name"),
          JAVA_INT.withName("nameLength"),
          paddingLayout(4),
          ADDRESS.withName("vector"),
          JAVA_LONG.withName("vectorLength"),
          ADDRESS.withName("control"),
          JAVA_LONG.withName("controlLength"),
          JAVA_INT.withName("flags"),
          paddingLayout(4),
          JAVA_INT.withName("length"),
          paddingLayout(4));

  private static final long NAME = HEADER.byteOffset(groupElement("name"));
  private static final long NAME_LENGTH = HEADER.byteOffset(groupElement("nameLength"));
  private static final long VECTOR = HEADER.byteOffset(groupElement("vector"));
  private static final long VECTOR_LENGTH = HEADER.byteOffset(groupElement("vectorLength"));
  private static final long CONTROL = HEADER.byteOffset(groupElement("control"));
  private static final long CONTROL_LENGTH = HEADER.byteOffset(groupElement("controlLength"));
  private static final long LENGTH = HEADER.byteOffset(groupElement("length"));
  private static final long IOVEC_LENGTH = IOVEC.byteOffset(groupElement("length"));

  /**
   * The largest message that is read or written whole, in octets; far above what is sent over UDP
   * in earnest. The end of a larger one is cut off, which its section counts then tell.
   */
  public static final int LARGEST_MESSAGE = 4096;

  /**
   * A slot is larger than a message by some cache lines, so that the starts of the messages, which
   * are all that is read of most, do not contend for the same lines of the cache.
   */
  private static final int OCTETS_STRIDE = LARGEST_MESSAGE + 192;

  private static final int NAME_STRIDE = 32;

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment received = headers();
  private final MemorySegment replies = headers();
  private final MemorySegment receivedVectors = vectors();
  private final MemorySegment replyVectors = vectors();
  private final MemorySegment names = arena.allocate(CAPACITY * NAME_STRIDE, Long.BYTES);
  private final MemorySegment controls =
      arena.allocate(CAPACITY * PacketInfo.STRIDE, PacketInfo.ALIGNMENT);
  private final MemorySegment octets = arena.allocate(CAPACITY * OCTETS_STRIDE, Long.BYTES);

  /** The slot that each header for replies leads to. */
  private final int[] replySlots = new int[CAPACITY];

  private int replyCount;

  public DatagramBatch() {
    for (int slot = 0; slot < CAPACITY; slot++) {
      setVector(receivedVectors, slot, slot, LARGEST_MESSAGE);
      setHeader(received, slot, slot, receivedVectors);
      setVector(replyVectors, slot, slot, 0);
      setHeader(replies, slot, slot, replyVectors);
      replySlots[slot] = slot;
      received.set(JAVA_INT, header(slot) + NAME_LENGTH, SocketAddress.MAX_LENGTH);
      received.set(JAVA_LONG, header(slot) + CONTROL_LENGTH, PacketInfo.STRIDE);
    }
  }

  private MemorySegment headers() {
    return arena.allocate(sequenceLayout(CAPACITY, HEADER));
  }

  private MemorySegment vectors() {
    return arena.allocate(sequenceLayout(CAPACITY, IOVEC));
  }

  private void setVector(MemorySegment vectors, int index, int slot, long length) {
    long at = index * IOVEC.byteSize();
    vectors.set(JAVA_LONG, at, octets.address() + slot * (long) OCTETS_STRIDE);
    vectors.set(JAVA_LONG, at + IOVEC_LENGTH, length);
  }

  private void setHeader(MemorySegment headers, int index, int slot, MemorySegment vectors) {
    long at = header(index);
    headers.set(JAVA_LONG, at + NAME, names.address() + name(slot));
    headers.set(JAVA_LONG, at + VECTOR, vectors.address() + index * IOVEC.byteSize());
    headers.set(JAVA_LONG, at + VECTOR_LENGTH, 1);
    headers.set(JAVA_LONG, at + CONTROL, controls.address() + slot * (long) PacketInfo.STRIDE);
  }

  /** Takes the next datagrams, waiting for one; their number, or less than 0: -errno. */
  public int receive(LinuxUdpSocket socket) {
    replyCount = 0;
    return socket.receive(received, CAPACITY);
  }

  /** Makes the first {@code count} slots ready for other datagrams. */
  public void reset(int count) {
    for (int slot = 0; slot < count; slot++) {
      received.set(JAVA_INT, header(slot) + NAME_LENGTH, SocketAddress.MAX_LENGTH);
      received.set(JAVA_LONG, header(slot) + CONTROL_LENGTH, PacketInfo.STRIDE);
    }
  }

  /** The length of a datagram, in octets. */
  public int length(int slot) {
    return received.get(JAVA_INT, header(slot) + LENGTH);
  }

  /** Copies a datagram, the first {@code length} octets of it, to the start of {@code target}. */
  public void copy(int slot, byte[] target, int length) {
    MemorySegment.copy(octets, JAVA_BYTE, slot * (long) OCTETS_STRIDE, target, 0, length);
  }

  /** Whether a reply could reach the sender of a datagram. */
  public boolean hasSender(int slot) {
    return received.get(JAVA_INT, header(slot) + NAME_LENGTH) > 0
        && SocketAddress.port(names, name(slot)) != 0;
  }

  /** The first half of the sender's address; see {@link SocketAddress#high}. */
  public long senderHigh(int slot) {
    return SocketAddress.high(names, name(slot));
  }

  /** The second half of the sender's address; see {@link SocketAddress#low}. */
  public long senderLow(int slot) {
    return SocketAddress.low(names, name(slot));
  }

  /** The sender of a datagram. */
  public InetSocketAddress sender(int slot) {
    return SocketAddress.read(names, name(slot));
  }

  /** The way back to a datagram's sender, for a reply after this batch. */
  public ReturnAddress returnAddress(int slot) {
    int nameLength = received.get(JAVA_INT, header(slot) + NAME_LENGTH);
    long controlLength = received.get(JAVA_LONG, header(slot) + CONTROL_LENGTH);
    long control = slot * (long) PacketInfo.STRIDE;
    PacketInfo.turnAround(controls, control, controlLength);
    return new ReturnAddress(
        names.asSlice(name(slot), nameLength).toArray(JAVA_BYTE),
        controls.asSlice(control, controlLength).toArray(JAVA_BYTE));
  }

  /** A header for one message of others' memory. */
  static MemorySegment single(
      Arena arena, MemorySegment name, MemorySegment control, MemorySegment message) {
    MemorySegment vector = arena.allocate(IOVEC);
    vector.set(JAVA_LONG, 0, message.address());
    vector.set(JAVA_LONG, IOVEC_LENGTH, message.byteSize());
    MemorySegment header = arena.allocate(HEADER);
    header.set(JAVA_LONG, NAME, name.address());
    header.set(JAVA_INT, NAME_LENGTH, (int) name.byteSize());
    header.set(JAVA_LONG, VECTOR, vector.address());
    header.set(JAVA_LONG, VECTOR_LENGTH, 1);
    if (control.byteSize() > 0) {
      header.set(JAVA_LONG, CONTROL, control.address());
      header.set(JAVA_LONG, CONTROL_LENGTH, control.byteSize());
    }
    return header;
  }

  /** Puts the first {@code length} octets of {@code reply} on the way to a datagram's sender. */
  public void reply(int slot, byte[] reply, int length) {
    MemorySegment.copy(reply, 0, octets, JAVA_BYTE, slot * (long) OCTETS_STRIDE, length);
    enqueue(slot, length);
  }

  /** Puts a reply on the way to a datagram's sender. */
  public void reply(int slot, ByteBuffer reply) {
    int length = reply.remaining();
    long at = slot * (long) OCTETS_STRIDE;
    MemorySegment.copy(MemorySegment.ofBuffer(reply), 0, octets, at, length);
    enqueue(slot, length);
  }

  private void enqueue(int slot, int length) {
    int index = replyCount++;
    long from = header(slot);
    long to = header(index);
    long controlLength = received.get(JAVA_LONG, from + CONTROL_LENGTH);
    PacketInfo.turnAround(controls, slot * (long) PacketInfo.STRIDE, controlLength);
    if (replySlots[index] != slot) {
      setVector(replyVectors, index, slot, 0);
      setHeader(replies, index, slot, replyVectors);
      replySlots[index] = slot;
    }
    replyVectors.set(JAVA_LONG, index * IOVEC.byteSize() + IOVEC_LENGTH, length);
    replies.set(JAVA_INT, to + NAME_LENGTH, received.get(JAVA_INT, from + NAME_LENGTH));
    replies.set(JAVA_LONG, to + CONTROL_LENGTH, controlLength);
  }

  /** The number of replies on the way. */
  public int replyCount() {
    return replyCount;
  }

  /**
   * Sends the replies from the one at {@code first} on; the number of those that went, or less than
   * 0: -errno, which the first of them has failed with.
   */
  public int send(LinuxUdpSocket socket, int first) {
    return socket.send(replies.asSlice(header(first)), replyCount - first);
  }

  private static long header(int index) {
    return index * HEADER.byteSize();
  }

  private static long name(int slot) {
    return slot * (long) NAME_STRIDE;
  }

  @Override
  public void close() {
    arena.close();
  }
}
