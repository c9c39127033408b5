package dev.v6cert.ipv6.detect;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpFamily;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The addresses of another source, with the flags and lifetimes that a command of the system
 * prints: {@code ifconfig} on macOS and the BSDs, {@code Get-NetIPAddress} on Windows.
 */
public final class CommandAddressSource implements AddressSource {
  private static final Duration LIMIT = Duration.ofSeconds(15);

  private final AddressSource base;
  private final List<String> command;
  private final Duration limit;
  private final Function<String, List<AddressDetails>> reader;

  CommandAddressSource(
      AddressSource base,
      List<String> command,
      Duration limit,
      Function<String, List<AddressDetails>> reader) {
    this.base = base;
    this.command = List.copyOf(command);
    this.limit = limit;
    this.reader = reader;
  }

  /** The source for macOS and the BSDs, on top of {@code base}. */
  public static CommandAddressSource ifconfig(AddressSource base) {
    return new CommandAddressSource(
        base, List.of("ifconfig", "-a", "-L", "inet6"), LIMIT, IfconfigOutput::read);
  }

  /** The source for Windows, on top of {@code base}. */
  public static CommandAddressSource powershell(AddressSource base) {
    return new CommandAddressSource(
        base,
        List.of(
            "powershell.exe",
            "-NoProfile",
            "-NonInteractive",
            "-Command",
            "[Console]::OutputEncoding = [Text.Encoding]::UTF8;"
                + " Get-NetIPAddress -AddressFamily IPv6"),
        LIMIT,
        NetIpAddressOutput::read);
  }

  /**
   * Reads the other source, and runs the command.
   *
   * @throws IOException when either fails, or the command tells of no address that the other source
   *     has
   */
  @Override
  public AddressListing read() throws IOException {
    AddressListing plain = base.read();
    List<AddressDetails> details = reader.apply(output());
    List<InterfaceAddress> refined = new ArrayList<>();
    Optional<String> defaultRoute = plain.defaultRoute();
    boolean found = plain.of(IpFamily.IPV6).addresses().isEmpty();
    for (InterfaceAddress address : plain.addresses()) {
      InterfaceAddress better = address;
      for (AddressDetails one : details) {
        if (one.describes(address)) {
          better = one.addTo(address);
          found = true;
        }
      }
      if (plain.defaultRoute().filter(address.on().name()::equals).isPresent()) {
        defaultRoute = Optional.of(better.on().name());
      }
      refined.add(better);
    }
    if (!found) {
      throw new IOException(command.getFirst() + " printed no address that is known");
    }
    return new AddressListing(
        command.getFirst(),
        AddressListing.Detail.LIFETIMES,
        refined,
        new DefaultRoutes(defaultRoute, plain.routes().ipv4()),
        Optional.empty());
  }

  private String output() throws IOException {
    ProcessBuilder program =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      SystemCommand.Outcome outcome = SystemCommand.run(program, "", limit);
      if (!outcome.succeeded()) {
        throw new IOException(command.getFirst() + " ended with status " + outcome.status());
      }
      return outcome.out();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + command.getFirst() + " ran", e);
    }
  }
}
