package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Lifetime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The addresses in {@code /proc/net/if_inet6} of Linux: the quickest source, with the lower eight
 * flags and without lifetimes.
 */
public final class ProcNetAddressSource implements AddressSource {
  private static final int FIELDS = 6;

  private final Path procNet;
  private final SysInterfaces interfaces;

  /** The source for the network namespace of this process. */
  public ProcNetAddressSource() {
    this(Path.of("/proc/net"), Path.of("/sys/class/net"));
  }

  /**
   * The source with other directories in the place of {@code /proc/net} and {@code /sys/class/net}.
   */
  public ProcNetAddressSource(Path procNet, Path sysClassNet) {
    this.procNet = procNet;
    this.interfaces = new SysInterfaces(sysClassNet);
  }

  /**
   * Reads addresses and routes; a kernel that has IPv6 switched off has neither file.
   *
   * @throws IOException when there is no such directory, or a line is not as the kernel writes it
   */
  @Override
  public AddressListing read() throws IOException {
    Map<String, HostInterface> seen = new HashMap<>();
    List<InterfaceAddress> addresses = new ArrayList<>();
    for (String line : ProcText.lines(procNet, "if_inet6")) {
      addresses.add(address(line, seen));
    }
    return new AddressListing(
        procNet.toString(),
        AddressListing.Detail.FLAGS,
        addresses,
        ProcRoutes.defaultInterface(ProcText.lines(procNet, "ipv6_route"), seen));
  }

  private InterfaceAddress address(String line, Map<String, HostInterface> seen)
      throws IOException {
    String[] fields = ProcText.fields(line, FIELDS);
    try {
      int prefixLength = Integer.parseInt(fields[2], 16);
      String name = fields[5];
      HostInterface on = seen.get(name);
      if (on == null) {
        on = interfaces.describe(name, Integer.parseInt(fields[1], 16));
        seen.put(name, on);
      }
      return new InterfaceAddress(
          ProcText.address(fields[0]),
          prefixLength,
          on,
          AddressFlag.ofLinux(Integer.parseInt(fields[4], 16), prefixLength),
          Lifetime.UNKNOWN,
          Lifetime.UNKNOWN);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new IOException("cannot read the line \"" + line + "\" of " + procNet, e);
    }
  }
}
