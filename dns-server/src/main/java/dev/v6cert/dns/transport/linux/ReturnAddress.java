package dev.v6cert.dns.transport.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The way back to the sender of a datagram, from the address that the datagram was sent to. It
 * outlives the batch that the datagram came with. Safe for any thread.
 */
public final class ReturnAddress {
  private final byte[] name;
  private final byte[] control;

  /**
   * A way back.
   *
   * @param name the octets of the sender's address
   * @param control the control message that chooses the address of this side; perhaps empty
   */
  ReturnAddress(byte[] name, byte[] control) {
    this.name = name;
    this.control = control;
  }

  /**
   * Sends a reply, without waiting.
   *
   * @throws IOException when the system does not take it, or the socket is closed
   */
  public void send(LinuxUdpSocket socket, byte[] reply) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment controls = arena.allocate(PacketInfo.STRIDE, PacketInfo.ALIGNMENT);
      MemorySegment.copy(control, 0, controls, JAVA_BYTE, 0, control.length);
      socket.sendNow(
          DatagramBatch.single(
              arena,
              arena.allocateFrom(JAVA_BYTE, name),
              controls.asSlice(0, control.length),
              arena.allocateFrom(JAVA_BYTE, reply)));
    }
  }
}
