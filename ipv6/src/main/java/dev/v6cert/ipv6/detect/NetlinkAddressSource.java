package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses that the Linux kernel tells over netlink, with all flags and lifetimes. It needs
 * native calls, which cost about a tenth of a second the first time.
 */
public final class NetlinkAddressSource implements AddressSource {
  /** The most times that a listing starts again because the addresses changed meanwhile. */
  private static final int ATTEMPTS = 10;

  private final Path procNet;

  /** The source for the network namespace of this process. */
  public NetlinkAddressSource() {
    this(Path.of("/proc/net"));
  }

  /** The source with another directory in the place of {@code /proc/net}, for the routes. */
  public NetlinkAddressSource(Path procNet) {
    this.procNet = procNet;
  }

  /**
   * Asks the kernel.
   *
   * @throws IOException when there is no netlink, a seccomp filter forbids it, or the JVM was
   *     started without the right to native calls
   */
  @Override
  public AddressListing read() throws IOException {
    Map<Integer, HostInterface> byIndex = new HashMap<>();
    List<InterfaceAddress> addresses = new ArrayList<>();
    try (NetlinkSocket socket = new NetlinkSocket()) {
      for (ByteBuffer body :
          dump(socket, NetlinkMessages.RTM_GETLINK, NetlinkMessages.RTM_NEWLINK)) {
        HostInterface one = NetlinkMessages.link(body);
        byIndex.put(one.index(), one);
      }
      for (ByteBuffer body :
          dump(socket, NetlinkMessages.RTM_GETADDR, NetlinkMessages.RTM_NEWADDR)) {
        HostInterface on = byIndex.get(NetlinkMessages.interfaceIndex(body));
        // An interface that is not known came after the interfaces were listed.
        if (on != null && NetlinkMessages.isIp(body)) {
          addresses.add(NetlinkMessages.address(body, on));
        }
      }
    }
    Map<String, HostInterface> byName = new HashMap<>();
    for (HostInterface one : byIndex.values()) {
      byName.put(one.name(), one);
    }
    return new AddressListing(
        "netlink",
        AddressListing.Detail.LIFETIMES,
        addresses,
        new DefaultRoutes(
            ProcRoutes.defaultInterface(ProcText.lines(procNet, "ipv6_route"), byName),
            Ipv4Routes.best(procNet).map(Ipv4Routes.DefaultRoute::device)),
        Optional.empty());
  }

  /** The bodies of all messages of the type {@code wanted} that answer the request. */
  private static List<ByteBuffer> dump(NetlinkSocket socket, int request, int wanted)
      throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      List<ByteBuffer> bodies = new ArrayList<>();
      socket.send(NetlinkMessages.dumpRequest(request));
      if (collect(socket, wanted, bodies)) {
        return bodies;
      }
    }
    throw new IOException("netlink: the addresses change all the time");
  }

  /** Collects to the end of the dump; false when something changed while it was made. */
  private static boolean collect(NetlinkSocket socket, int wanted, List<ByteBuffer> bodies)
      throws IOException {
    boolean steady = true;
    while (true) {
      ByteBuffer datagram = socket.receive();
      while (datagram.hasRemaining()) {
        NetlinkMessages.Message message = NetlinkMessages.next(datagram);
        steady &= (message.flags() & NetlinkMessages.NLM_F_DUMP_INTR) == 0;
        if (message.type() == NetlinkMessages.NLMSG_DONE) {
          return steady;
        } else if (message.type() == NetlinkMessages.NLMSG_ERROR) {
          throw new IOException(
              "netlink: the kernel refuses, errno " + NetlinkMessages.errno(message.body()));
        } else if (message.type() == wanted) {
          bodies.add(copy(message.body()));
        }
      }
    }
  }

  /** The socket uses its buffer again. */
  private static ByteBuffer copy(ByteBuffer body) {
    return ByteBuffer.allocate(body.remaining()).put(body.duplicate()).flip().order(body.order());
  }
}
