package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.IpFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The sources of one system.
 *
 * @param quick the source of IPv6 addresses to ask first; it may tell IPv4 ones, too
 * @param ipv4 the source of IPv4 addresses, for where IPv6 does not do
 * @param full the source of both with flags and lifetimes, which takes longer; where it cannot be
 *     read it falls back to another and says so in the listing
 */
public record AddressSources(AddressSource quick, AddressSource ipv4, AddressSource full) {

  private static final Path PROC_NET = Path.of("/proc/net");

  /** Sources of a system without IPv4. */
  public AddressSources(AddressSource quick, AddressSource full) {
    this(quick, AddressSources::nothing, full);
  }

  /** The sources of the system that this process runs on. */
  public static AddressSources ofThisMachine() {
    String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    JdkAddressSource jdk = new JdkAddressSource();
    if (system.startsWith("linux") && Files.isDirectory(PROC_NET)) {
      return new AddressSources(
          new ProcNetAddressSource().orElse(jdk), new LinuxIpv4(), new LinuxFull());
    }
    AddressSource ipv4 = new JdkIpv4();
    if (system.startsWith("windows")) {
      return new AddressSources(jdk, ipv4, CommandAddressSource.powershell(jdk).orElse(jdk));
    }
    if (system.startsWith("mac") || system.endsWith("bsd")) {
      return new AddressSources(jdk, ipv4, CommandAddressSource.ifconfig(jdk).orElse(jdk));
    }
    return new AddressSources(jdk, ipv4, jdk);
  }

  private static AddressListing nothing() {
    return new AddressListing(
        "nothing", AddressListing.Detail.LIFETIMES, List.of(), Optional.empty());
  }

  /** The IPv4 addresses that the JDK lists. */
  private record JdkIpv4() implements AddressSource {
    @Override
    public AddressListing read() throws IOException {
      return new JdkAddressSource().read().of(IpFamily.IPV4);
    }
  }

  /**
   * The same with the route of Linux, where no file has IPv4 addresses with their interfaces; the
   * JDK's list takes 10 ms the first time, netlink 130.
   */
  private record LinuxIpv4() implements AddressSource {
    @Override
    public AddressListing read() throws IOException {
      Optional<String> through = Ipv4Routes.best(PROC_NET).map(Ipv4Routes.DefaultRoute::device);
      return new JdkIpv4().read().through(new DefaultRoutes(Optional.empty(), through));
    }
  }

  /** Netlink, whose classes are loaded only when it is read. */
  private record LinuxFull() implements AddressSource {
    @Override
    public AddressListing read() throws IOException {
      AddressSource files = () -> new ProcNetAddressSource().read().and(new LinuxIpv4().read());
      return new NetlinkAddressSource().orElse(files).read();
    }
  }
}
