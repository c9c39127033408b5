package dev.v6cert.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Programs that connect by TLS to 127.0.0.1 for a server of any name, and trust what {@code trust
 * install} has changed, by themselves or by a variable that it prints.
 *
 * @param directory for their sources
 * @param bundle the roots of the system
 * @param root the root of the local CA
 * @param roots each Java at hand, and the copy of its roots in the stores
 */
record TrustingClients(Path directory, Path bundle, Path root, Map<Path, Path> roots) {

  private static final String GO =
      """
      package main

      import (
      	"crypto/tls"
      	"fmt"
      	"os"
      )

      func main() {
      	_, err := tls.Dial("tcp", "127.0.0.1:"+os.Args[2], &tls.Config{ServerName: os.Args[1]})
      	if err != nil {
      		fmt.Println(err)
      		os.Exit(1)
      	}
      }
      """;

  private static final String JAVA =
      """
      import javax.net.ssl.*;

      class Client {
        public static void main(String[] words) throws Exception {
          int port = Integer.parseInt(words[1]);
          SSLSocket socket = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault())
              .createSocket(new java.net.Socket("127.0.0.1", port), words[0], port, true);
          SSLParameters parameters = socket.getSSLParameters();
          parameters.setEndpointIdentificationAlgorithm("HTTPS");
          socket.setSSLParameters(parameters);
          socket.startHandshake();
        }
      }
      """;

  private static final String PYTHON =
      """
      import socket, ssl, sys
      name, port = sys.argv[1:]
      there = socket.create_connection(("127.0.0.1", int(port)))
      ssl.create_default_context().wrap_socket(there, server_hostname=name)
      """;

  private static final String NODE =
      """
      const [servername, port] = process.argv.slice(2);
      require('tls').connect({ host: '127.0.0.1', port: Number(port), servername }, () => process.exit(0))
        .on('error', e => { console.log(e.message); process.exit(1); });
      """;

  /** Before there are stores. */
  static TrustingClients none() {
    Path nowhere = Path.of("");
    return new TrustingClients(nowhere, nowhere, nowhere, Map.of());
  }

  /** The clients of stores as Arch has them, with the roots of each Java added to these. */
  static TrustingClients of(Path directory, TrustRoot stores, Path root) throws Exception {
    TrustingClients made =
        new TrustingClients(
            directory,
            stores.root().resolve("etc/ca-certificates/extracted/tls-ca-bundle.pem"),
            root,
            copies(stores));
    Path source = made.script("Client.java", JAVA);
    String compiler = Path.of(System.getProperty("java.home"), "bin/javac").toString();
    TrustRoot.run(List.of(compiler, "--release", "8", "-Xlint:-options", source.toString()));
    return made;
  }

  private static Map<Path, Path> copies(TrustRoot stores) throws IOException {
    List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
    Path others = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(others)) {
      try (Stream<Path> found = Files.list(others)) {
        homes.addAll(found.toList());
      }
    }
    Map<Path, Path> copies = new TreeMap<>();
    for (Path home : homes) {
      Path roots = home.resolve("lib/security/cacerts");
      if (Files.isReadable(roots) && Files.isExecutable(home.resolve("bin/java"))) {
        Path real = home.toRealPath();
        Path security =
            stores.root().resolve("usr/lib/jvm/" + real.getFileName() + "/lib/security");
        Path copy = Files.createDirectories(security).resolve("cacerts");
        Files.copy(roots.toRealPath(), copy, StandardCopyOption.REPLACE_EXISTING);
        copies.put(real.resolve("bin/java"), copy);
      }
    }
    return copies;
  }

  /** Each Java at hand. */
  Set<Path> javas() {
    return roots.keySet();
  }

  /** The command that succeeds where the Java trusts the server at the port. */
  String[] java(Path java, String name, int port) {
    return new String[] {
      java.toString(),
      "-Djavax.net.ssl.trustStore=" + roots.get(java),
      "-cp",
      directory.toString(),
      "Client",
      name,
      Integer.toString(port)
    };
  }

  /** The command that succeeds where the client trusts it. */
  String[] command(String client, String name, int port) throws Exception {
    String line =
        switch (client) {
          case "curl" ->
              "curl -sS --cacert %s --resolve %s:%d:127.0.0.1 https://%s:%d/"
                  .formatted(bundle, name, port, name, port);
          case "openssl" ->
              "openssl s_client -CAfile %s -verify_return_error -connect 127.0.0.1:%d -servername %s"
                  .formatted(bundle, port, name);
          case "python" ->
              "env SSL_CERT_FILE=%s python3 %s %s %d"
                  .formatted(bundle, script("client.py", PYTHON), name, port);
          case "node" ->
              "env NODE_EXTRA_CA_CERTS=%s %s %s %s %d"
                  .formatted(
                      root, program("node", "/usr/bin"), script("client.js", NODE), name, port);
          case "go" -> "env SSL_CERT_FILE=%s %s %s %d".formatted(bundle, go(), name, port);
          default -> throw new IllegalArgumentException(client);
        };
    return line.split(" ", -1);
  }

  private Path go() throws Exception {
    Path built = directory.resolve("client");
    if (!Files.exists(built)) {
      Path go = program("go", "/usr/local/go/bin");
      TrustRoot.run(
          List.of(go + "", "build", "-o", built + "", script("client.go", GO).toString()));
    }
    return built;
  }

  private static Path program(String name, String otherwise) {
    Optional<Path> found = Browsers.program(name, otherwise);
    assumeTrue(found.isPresent(), name + " is not installed");
    return found.orElseThrow();
  }

  private Path script(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
