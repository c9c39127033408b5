package dev.v6cert.ipv6.detect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The sources of one system: one to ask first, and one that knows more but takes longer.
 *
 * @param quick the source to ask first
 * @param full the source with flags and lifetimes; where it cannot be read it falls back to another
 *     and says so in the listing
 */
public record AddressSources(AddressSource quick, AddressSource full) {

  /** The sources of the system that this process runs on. */
  public static AddressSources ofThisMachine() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    JdkAddressSource jdk = new JdkAddressSource();
    if (system.startsWith("linux") && Files.isDirectory(Path.of("/proc/net"))) {
      return new AddressSources(new ProcNetAddressSource().orElse(jdk), new LinuxFull());
    }
    if (system.startsWith("windows")) {
      return new AddressSources(jdk, CommandAddressSource.powershell(jdk).orElse(jdk));
    }
    if (system.startsWith("mac") || system.endsWith("bsd")) {
      return new AddressSources(jdk, CommandAddressSource.ifconfig(jdk).orElse(jdk));
    }
    return new AddressSources(jdk, jdk);
  }

  /** Netlink, whose classes are loaded only when it is read. */
  private record LinuxFull() implements AddressSource {
    @Override
    public AddressListing read() throws IOException {
      return new NetlinkAddressSource().orElse(new ProcNetAddressSource()).read();
    }
  }
}
