package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.localca.validation.Validator;
import dev.v6cert.acme.state.StateDirectory;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A server in a process of its own, to be killed. */
final class ChildServer {

  static final String READY = "ready";

  private ChildServer() {}

  /** Arguments: the state directory, the port to listen on, and the peer's port for HTTP-01. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws Exception {
    LocalAcmeServer server = start(arguments);
    PrintStream out = System.out;
    out.println(READY);
    while (true) {
      LockSupport.park(server);
    }
  }

  static LocalAcmeServer start(String[] arguments) throws AcmeFailureException {
    LocalAcmeServerConfig config =
        new LocalAcmeServerConfig(
            new InetSocketAddress(RunningLocalAcmeServer.LOOPBACK, Integer.parseInt(arguments[1])),
            List.of(),
            false,
            () -> List.of(Subject.parse("127.0.0.1")),
            name -> List.of(RunningLocalAcmeServer.LOOPBACK),
            new Validator.Ports(Integer.parseInt(arguments[2]), 1),
            PeerLimits.STANDARD);
    return LocalAcmeServer.start(
        new StateDirectory(Path.of(arguments[0])), config, Clock.systemUTC(), _ -> {});
  }
}
