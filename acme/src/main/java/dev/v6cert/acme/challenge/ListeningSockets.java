package dev.v6cert.acme.challenge;

import static java.util.Comparator.comparingLong;

import dev.v6cert.acme.AcmeFailure.CannotBind;
import dev.v6cert.acme.ValidationTarget;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;

/**
 * Finds the process that listens on a port, on Linux: the sockets of {@code /proc/net/tcp} and
 * {@code tcp6} (of name servers {@code udp} and {@code udp6}, too), found again by their inode
 * among the open files of processes. Only root sees other users' files.
 */
public final class ListeningSockets {

  private static final List<String> TCP = List.of("net/tcp", "net/tcp6");
  private static final List<String> UDP = List.of("net/udp", "net/udp6");
  private static final String LISTEN = "0A";

  /** The state of a UDP socket that hears everybody. */
  private static final String UNCONNECTED = "07";

  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private ListeningSockets() {}

  /**
   * The processes whose sockets keep the address from being bound, on port 53 those of UDP, too;
   * empty elsewhere. Of several of one program that share a socket, as a server and its workers do,
   * it is the oldest.
   */
  static List<CannotBind.Holder> holders(InetSocketAddress wanted) {
    return holders(Path.of("/proc"), wanted);
  }

  /** The ports that the processes listen on; none where the system does not show them. */
  public static Set<Integer> ports(Set<Long> processes) {
    Path proc = Path.of("/proc");
    Map<String, InetSocketAddress> listeners = new HashMap<>();
    forEachRow(
        proc,
        TCP,
        row -> {
          if (row.length > INODE && row[STATE].equals(LISTEN)) {
            address(row[LOCAL_ADDRESS])
                .ifPresent(bound -> listeners.put("socket:[" + row[INODE] + "]", bound));
          }
        });
    Set<Integer> ports = new HashSet<>();
    for (long process : processes) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(proc.resolve(process + "/fd"))) {
        for (Path file : files) {
          InetSocketAddress address = listeners.get(target(file));
          if (address != null) {
            ports.add(address.getPort());
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        // It has ended.
      }
    }
    return ports;
  }

  private static void forEachRow(Path proc, List<String> tables, Consumer<String[]> reader) {
    for (String table : tables) {
      try {
        for (String line : Files.readAllLines(proc.resolve(table))) {
          reader.accept(line.strip().split("\\s+"));
        }
      } catch (IOException e) {
        // No such table: no IPv6, or no Linux.
      }
    }
  }

  static List<CannotBind.Holder> holders(Path proc, InetSocketAddress wanted) {
    Map<String, InetSocketAddress> listeners = new HashMap<>();
    forEachRow(proc, TCP, row -> listener(row, LISTEN, wanted, listeners));
    if (wanted.getPort() == ValidationTarget.TxtRecord.DNS_PORT) {
      forEachRow(proc, UDP, row -> listener(row, UNCONNECTED, wanted, listeners));
    }
    return listeners.isEmpty() ? List.of() : processes(proc, listeners);
  }

  private static void listener(
      String[] row,
      String state,
      InetSocketAddress wanted,
      Map<String, InetSocketAddress> listeners) {
    if (row.length <= INODE || !row[STATE].equals(state)) {
      return;
    }
    address(row[LOCAL_ADDRESS])
        .filter(bound -> conflicts(bound, wanted))
        .ifPresent(bound -> listeners.put("socket:[" + row[INODE] + "]", bound));
  }

  private static boolean conflicts(InetSocketAddress bound, InetSocketAddress wanted) {
    return bound.getPort() == wanted.getPort()
        && (bound.getAddress().equals(wanted.getAddress())
            || (bound.getAddress().isAnyLocalAddress() && reaches(bound, wanted))
            || wanted.getAddress().isAnyLocalAddress());
  }

  /** Whether a socket on every address is on this one: 0.0.0.0 is not on those of IPv6. */
  private static boolean reaches(InetSocketAddress every, InetSocketAddress wanted) {
    return every.getAddress() instanceof Inet6Address
        || wanted.getAddress() instanceof Inet4Address;
  }

  /** The kernel prints 32-bit words in the machine's byte order, and the port in network order. */
  private static Optional<InetSocketAddress> address(String text) {
    int colon = text.indexOf(':');
    try {
      byte[] words = HexFormat.of().parseHex(text.substring(0, colon));
      ByteBuffer network = ByteBuffer.allocate(words.length);
      ByteBuffer native32 = ByteBuffer.wrap(words).order(ByteOrder.BIG_ENDIAN);
      while (native32.hasRemaining()) {
        int word = native32.getInt();
        network.putInt(
            ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? Integer.reverseBytes(word) : word);
      }
      int port = Integer.parseInt(text.substring(colon + 1), 16);
      return Optional.of(new InetSocketAddress(InetAddress.getByAddress(network.array()), port));
    } catch (RuntimeException | UnknownHostException e) {
      return Optional.empty(); // The table's head, or a format that we do not know.
    }
  }

  private static List<CannotBind.Holder> processes(
      Path proc, Map<String, InetSocketAddress> listeners) {
    Map<String, CannotBind.Holder> holders = new TreeMap<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        long pid = Long.parseLong(String.valueOf(process.getFileName()));
        held(process, listeners)
            .map(address -> new CannotBind.Holder(address, pid, name(process)))
            .ifPresent(holder ->
                holders.merge(
                    holder.name() + " " + holder.address(),
                    holder,
                    BinaryOperator.minBy(comparingLong(CannotBind.Holder::pid))));
      }
    } catch (IOException | DirectoryIteratorException e) {
      // What was found so far is what can be seen.
    }
    return List.copyOf(holders.values());
  }

  private static Optional<InetSocketAddress> held(
      Path process, Map<String, InetSocketAddress> listeners) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
      for (Path file : files) {
        InetSocketAddress address = listeners.get(target(file));
        if (address != null) {
          return Optional.of(address);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      // Another user's process, or one that has ended.
    }
    return Optional.empty();
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException e) {
      return "?";
    }
  }
}
