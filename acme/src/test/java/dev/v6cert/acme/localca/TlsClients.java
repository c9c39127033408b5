package dev.v6cert.acme.localca;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assumptions;

/** TLS clients that trust one root and connect to 127.0.0.1 for a server of any name. */
final class TlsClients {

  private static final String PYTHON =
      """
      import socket, ssl, sys
      root, name, port = sys.argv[1:]
      context = ssl.create_default_context(cafile=root)
      try:
          context.wrap_socket(socket.create_connection(("127.0.0.1", int(port))), server_hostname=name)
      except ssl.SSLCertVerificationError as e:
          print(e)
          sys.exit(1)
      """;

  private static final String NODE =
      """
      const [root, name, port] = process.argv.slice(2);
      const tls = require('tls'), net = require('net');
      const options = {
        host: '127.0.0.1', port: Number(port), ca: require('fs').readFileSync(root),
        servername: net.isIP(name) ? '' : name,
        checkServerIdentity: (_, certificate) => tls.checkServerIdentity(name, certificate) };
      tls.connect(options, () => process.exit(0))
        .on('error', e => { console.log(e.code + ' ' + e.message); process.exit(1); });
      """;

  private static final String GO =
      """
      package main

      import (
      	"crypto/tls"
      	"crypto/x509"
      	"fmt"
      	"os"
      )

      func main() {
      	pem, _ := os.ReadFile(os.Args[1])
      	roots := x509.NewCertPool()
      	roots.AppendCertsFromPEM(pem)
      	_, err := tls.Dial("tcp", "127.0.0.1:"+os.Args[3],
      		&tls.Config{RootCAs: roots, ServerName: os.Args[2]})
      	if err != nil {
      		fmt.Println(err)
      		os.Exit(1)
      	}
      }
      """;

  private static final long LIMIT_SECONDS = 120;

  private final Path directory;

  /** Clients whose programs are kept in the directory. */
  TlsClients(Path directory) throws IOException {
    this.directory = directory;
    Files.writeString(directory.resolve("client.py"), PYTHON);
    Files.writeString(directory.resolve("client.js"), NODE);
    Files.writeString(directory.resolve("client.go"), GO);
  }

  /** Whether the client trusts what the server at the port shows for the name. */
  boolean accepts(String client, Path root, String name, int port) throws Exception {
    return switch (client) {
      case "openssl" -> run(openssl(root, name, port));
      case "curl" ->
          run(
              "curl",
              "-sS",
              "--max-time",
              "20",
              "--cacert",
              root + "",
              "--connect-to",
              name + ":443:127.0.0.1:" + port,
              "https://" + name + "/");
      case "python" ->
          run("python3", directory.resolve("client.py") + "", root + "", name, port + "");
      case "node" -> run("node", directory.resolve("client.js") + "", root + "", name, port + "");
      case "go" -> run(go(), root + "", name, port + "");
      case "java" -> java(root, name, port);
      default -> throw new IllegalArgumentException(client);
    };
  }

  private static String[] openssl(Path root, String name, int port) {
    boolean address = name.matches("[0-9.]+");
    List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-brief"));
    command.addAll(List.of("-connect", "127.0.0.1:" + port, "-CAfile", root.toString()));
    command.addAll(List.of("-verify_return_error", address ? "-verify_ip" : "-verify_hostname"));
    command.add(name);
    if (!address) {
      command.addAll(List.of("-servername", name));
    }
    return command.toArray(String[]::new);
  }

  private String go() throws Exception {
    Path program = directory.resolve("client");
    if (!Files.exists(program)) {
      assertThat(run("go", "build", "-o", program + "", directory.resolve("client.go") + ""))
          .isTrue();
    }
    return program.toString();
  }

  private static boolean java(Path root, String name, int port) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    try (InputStream in = Files.newInputStream(root)) {
      store.setCertificateEntry(
          "root", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    new Socket(InetAddress.ofLiteral("127.0.0.1"), port), name, port, true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return true;
    } catch (SSLException e) {
      return false;
    }
  }

  private boolean run(String... command) throws Exception {
    Assumptions.assumeTrue(isInstalled(command[0]), command[0] + " is not installed");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start();
    process.getOutputStream().close();
    if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(String.join(" ", command) + " hangs");
    }
    return process.exitValue() == 0;
  }

  private static boolean isInstalled(String program) {
    for (String place : System.getenv("PATH").split(":", -1)) {
      if (Files.isExecutable(Path.of(place, program))) {
        return true;
      }
    }
    return Files.isExecutable(Path.of(program));
  }
}
