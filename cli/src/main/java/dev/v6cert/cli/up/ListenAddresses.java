package dev.v6cert.cli.up;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.challenge.ListenAddress;
import dev.v6cert.acme.lineage.AddressPlan;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.UpSettings;
import dev.v6cert.cli.plan.CertificatePlan;
import dev.v6cert.cli.plan.ChosenAddress;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.IpAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The addresses that a run listens on: the chosen one, or every address where this machine is
 * behind it. With a certificate by this machine's own CA, the one in the LAN and loopback.
 *
 * @param addresses with the port, at least one
 * @param names the same as clients write them in {@code Host}
 * @param from where clients come from
 */
record ListenAddresses(List<InetSocketAddress> addresses, List<String> names, From from) {

  /** The way that clients come. */
  enum From {
    /** The local network, and this machine. */
    LAN,
    /** The Internet, to an address of this machine's. */
    INTERNET,
    /** The Internet, to the router's address, a port of which leads here. */
    ROUTER
  }

  private static final int MAPPED_PORT = 8443;
  private static final InetAddress EVERY = InetAddress.ofLiteral("::");
  private static final List<InetAddress> LOOPBACK =
      Stream.of("127.0.0.1", "::1").map(InetAddress::ofLiteral).toList();

  /** The addresses that are known before there is a certificate. */
  static ListenAddresses beforehand(Settings settings)
      throws CliFailureException, IOException, InterruptedException {
    return CertificatePlan.authority(settings).isLocal()
        ? local(Optional.empty(), settings)
        : open(ChosenAddress.find(settings), settings);
  }

  /** The addresses at which clients look for the names of the lineage. */
  static ListenAddresses of(Settings settings, Lineage lineage)
      throws CliFailureException, IOException, InterruptedException {
    if (!lineage.plan().request().authority().isLocal()) {
      return open(ChosenAddress.find(settings), settings);
    }
    Optional<IpAddress> followed = lineage.plan().follows().map(AddressPlan::address);
    return local(followed.or(() -> settings.find(NameSettings.ADDRESS)), settings);
  }

  private static ListenAddresses open(ChosenAddress chosen, Settings settings) {
    int port = port(chosen, settings);
    List<InetSocketAddress> addresses = new ArrayList<>();
    for (ChosenAddress one : chosen.all()) {
      InetAddress address = one.on().isPresent() ? one.address().toInetAddress() : EVERY;
      addresses.add(new InetSocketAddress(address, port));
    }
    return new ListenAddresses(
        addresses,
        chosen.addresses().stream().map(IpAddress::toString).toList(),
        chosen.mapped() ? From.ROUTER : From.INTERNET);
  }

  /** Behind the router's port any will do, and this one needs no privilege. */
  private static int port(ChosenAddress chosen, Settings settings) {
    return chosen.mapped() && !settings.isSet(UpSettings.HTTPS_PORT)
        ? MAPPED_PORT
        : settings.value(UpSettings.HTTPS_PORT);
  }

  private static ListenAddresses local(Optional<IpAddress> lan, Settings settings)
      throws SocketException {
    List<InetAddress> addresses = new ArrayList<>();
    if (lan.isPresent() && !isHere(lan.get().toInetAddress())) {
      addresses.add(EVERY); // Of a container's host, say.
    } else {
      lan.ifPresent(address -> addresses.add(address.toInetAddress()));
      for (InetAddress address : LOOPBACK) {
        if (isHere(address)) {
          addresses.add(address);
        }
      }
    }
    int port = settings.value(UpSettings.HTTPS_PORT);
    return new ListenAddresses(
        addresses.stream().map(address -> new InetSocketAddress(address, port)).toList(),
        lan.map(IpAddress::toString).stream().toList(),
        From.LAN);
  }

  /** Whether connections to it come here, as far as this machine tells. */
  static boolean isOfThisMachine(InetAddress address) {
    try {
      return address.isAnyLocalAddress() || isHere(address);
    } catch (SocketException e) {
      return true;
    }
  }

  private static boolean isHere(InetAddress address) throws SocketException {
    return NetworkInterface.getByInetAddress(address) != null;
  }

  /**
   * Fails early where an address cannot be listened on, before a certificate is ordered.
   *
   * @throws AcmeFailureException as {@code CannotBind}
   */
  void check() throws AcmeFailureException {
    for (InetSocketAddress address : addresses) {
      try (ServerSocket probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(address);
      } catch (IOException e) {
        throw ListenAddress.cannotBind(address, e);
      }
    }
  }
}
