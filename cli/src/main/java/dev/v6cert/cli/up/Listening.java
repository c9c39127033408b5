package dev.v6cert.cli.up;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.challenge.Binding;
import dev.v6cert.cli.provision.ChosenAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** The address to listen on: the chosen one, or every address where this machine is behind it. */
final class Listening {

  private static final InetAddress EVERY = InetAddress.ofLiteral("::");

  private Listening() {}

  static InetSocketAddress at(ChosenAddress address, int port) {
    return new InetSocketAddress(
        address.on().isPresent() ? address.address().toInetAddress() : EVERY, port);
  }

  /**
   * Fails early where the address cannot be listened on, before a certificate is ordered.
   *
   * @throws AcmeFailureException as {@code CannotBind}
   */
  static void check(InetSocketAddress address) throws AcmeFailureException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(address);
    } catch (IOException e) {
      throw Binding.cannotBind(address, e);
    }
  }
}
