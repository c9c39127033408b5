package dev.v6cert.dns.content;

import java.util.OptionalLong;

/**
 * The octets of the heap that hosted content may take.
 *
 * @param full from here on no account and no name is added
 * @param most more than this is not even read at the start
 */
public record MemoryLimit(long full, long most) {
  /** Of the heap: the rest is for the program (7 MB), TCP (a quarter), requests and history. */
  private static final int PART_OF_HEAP = 2;

  /** Of the limit: what a start takes beyond, so that one at the limit cannot fail. */
  private static final int MARGIN = 8;

  private static final long MEGABYTE = 1 << 20;

  /** The limit of a process with this heap, in octets. */
  static MemoryLimit ofHeap(long heap) {
    long full = heap / PART_OF_HEAP;
    return new MemoryLimit(full, full + full / MARGIN);
  }

  /** The limit of this process. */
  public static MemoryLimit ofThisProcess() {
    return ofHeap(Runtime.getRuntime().maxMemory());
  }

  /**
   * The heap that a server needs for content, in megabytes; empty where the default suffices.
   *
   * @param octets what the content takes
   */
  public static OptionalLong heapFor(long octets) {
    long needed = octets * PART_OF_HEAP / MEGABYTE + 1;
    return needed < DEFAULT_HEAP ? OptionalLong.empty() : OptionalLong.of(needed + needed / MARGIN);
  }

  /** The heap that the launcher gives a server, in megabytes. */
  private static final long DEFAULT_HEAP = 64;
}
