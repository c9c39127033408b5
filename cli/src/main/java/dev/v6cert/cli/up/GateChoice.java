package dev.v6cert.cli.up;

import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.UpSettings;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.proxy.gate.Gate;
import dev.v6cert.proxy.gate.NetworkGate;
import dev.v6cert.proxy.gate.OpenGate;
import dev.v6cert.proxy.gate.PasswordGate;
import dev.v6cert.proxy.gate.TokenGate;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The gate, as the settings have it.
 *
 * @param gate decides on each request
 * @param who the same in words
 */
public record GateChoice(Gate gate, String who) {

  /** The bits that the addresses of one link share, and the router has for itself. */
  private static final int LINK_BITS = 64;

  private static final List<Setting<?>> GATES =
      List.of(UpSettings.PUBLIC, UpSettings.LAN, UpSettings.ALLOW, UpSettings.BASIC_AUTH_FILE);

  /**
   * The gate of the settings; by default that of a link with a token.
   *
   * @throws CliFailureException when there are two, or the file of passwords is of no use
   * @throws IOException when the machine's networks cannot be read
   */
  public static GateChoice of(Settings settings) throws CliFailureException, IOException {
    List<String> chosen = GATES.stream().filter(settings::isSet).map(Setting::flag).toList();
    if (chosen.size() > 1) {
      throw CliFailureException.usage(
          String.join(" and ", chosen) + " are two ways to say who may come in",
          "leave one of them out");
    }
    if (settings.value(UpSettings.PUBLIC)) {
      return new GateChoice(new OpenGate(), "everybody is let in, scanners too");
    }
    if (settings.value(UpSettings.LAN)) {
      List<AddressBlock> networks = local();
      return new GateChoice(new NetworkGate(networks), "this network is let in: " + text(networks));
    }
    List<AddressBlock> allowed = settings.values(UpSettings.ALLOW);
    if (!allowed.isEmpty()) {
      return new GateChoice(
          new NetworkGate(allowed), "these networks are let in: " + text(allowed));
    }
    if (settings.find(UpSettings.BASIC_AUTH_FILE).isPresent()) {
      Path file = settings.find(UpSettings.BASIC_AUTH_FILE).get();
      return new GateChoice(passwords(file), "people with a password of " + file + " get in");
    }
    return new GateChoice(
        TokenGate.create(), "only people with the link get in; --public opens it to all");
  }

  /** The address to hand out. */
  String link(String address) {
    return gate instanceof TokenGate token ? token.link(address) : address;
  }

  private static Gate passwords(Path file) throws CliFailureException {
    String why;
    try {
      return PasswordGate.of(Files.readAllLines(file));
    } catch (IllegalArgumentException e) {
      why = String.valueOf(e.getMessage());
    } catch (NoSuchFileException e) {
      why = "there is no such file";
    } catch (CharacterCodingException e) {
      why = "it is not UTF-8 text";
    } catch (IOException e) {
      why = "it cannot be read";
    }
    throw CliFailureException.usage(
        "cannot use " + file + " of --basic-auth-file: " + why,
        "write a line NAME:PASSWORD into it, and let this user read it: chmod 600 " + file);
  }

  private static List<AddressBlock> local() throws IOException {
    List<AddressBlock> networks = new ArrayList<>();
    try (Stream<NetworkInterface> interfaces = NetworkInterface.networkInterfaces()) {
      for (NetworkInterface one : interfaces.toList()) {
        if (one.isUp() && !one.isLoopback()) {
          for (InterfaceAddress address : one.getInterfaceAddresses()) {
            add(address, networks);
          }
        }
      }
    }
    return networks;
  }

  private static void add(InterfaceAddress address, List<AddressBlock> networks) {
    InetAddress own = address.getAddress();
    boolean v4 = own instanceof Inet4Address;
    if (!v4 && !(own instanceof Inet6Address)) {
      return;
    }
    int bits = v4 ? address.getNetworkPrefixLength() : LINK_BITS;
    AddressBlock network = AddressBlock.around(own, bits);
    if (!networks.contains(network)) {
      networks.add(network);
    }
  }

  private static String text(List<AddressBlock> networks) {
    return String.join(", ", networks.stream().map(AddressBlock::toString).toList());
  }
}
