package dev.v6cert.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkNamespaceIT {

  /** Prints the local address of a connection to itself, port 80 at the given address. */
  static final class ConnectsToPort80 {
    public static void main(String[] arguments) throws IOException {
      InetSocketAddress address = new InetSocketAddress(arguments[0], 80);
      try (ServerSocket server = new ServerSocket()) {
        server.bind(address);
        try (Socket client = new Socket(address.getAddress(), 80)) {
          System.out.println(client.getRemoteSocketAddress());
        }
      }
    }
  }

  @Test
  void startsWithTheLoopbackDeviceOnlyAndItIsUp() throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      assertThat(namespace.run("ip", "-6", "-o", "address")).contains("::1/128").hasLineCount(1);
    }
  }

  @Test
  void runsJavaOnPort80OfAGlobalAddress() throws Exception {
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      namespace.addDevice("eth0");
      namespace.addAddress("eth0", "2a01:4f8:c17:b8f::2/64");
      assertThat(namespace.runJava(ConnectsToPort80.class, "2a01:4f8:c17:b8f::2"))
          .contains("2a01:4f8:c17:b8f:0:0:0:2")
          .contains(":80");
    }
  }

  @Test
  void joinsTwoHosts() throws Exception {
    try (NetworkNamespace here = NetworkNamespace.create();
        NetworkNamespace there = here.neighbour()) {
      here.connect("eth0", there, "eth7");
      here.addAddress("eth0", "2a01:4f8:c17:b8f::2/64");
      there.addAddress("eth7", "2a01:4f8:c17:b8f::3/64");
      assertThat(there.run("ip", "-6", "route", "get", "2a01:4f8:c17:b8f::2")).contains("eth7");
      Process server = here.java(List.of(), Answers.class, List.of("2a01:4f8:c17:b8f::2")).start();
      try {
        assertThat(server.inputReader().readLine()).isEqualTo("listening");
        assertThat(there.runJava(Asks.class, "2a01:4f8:c17:b8f::2")).isEqualTo("hello\n");
      } finally {
        server.destroy();
      }
    }
  }

  /** Answers one connection to port 80 with a line. */
  static final class Answers {
    public static void main(String[] arguments) throws IOException {
      try (ServerSocket server = new ServerSocket()) {
        server.bind(new InetSocketAddress(arguments[0], 80));
        System.out.println("listening");
        try (Socket client = server.accept()) {
          client.getOutputStream().write("hello\n".getBytes(UTF_8));
        }
      }
    }
  }

  /** Prints what port 80 of the given address says. */
  static final class Asks {
    public static void main(String[] arguments) throws IOException {
      try (Socket client = new Socket(arguments[0], 80)) {
        client.getInputStream().transferTo(System.out);
      }
    }
  }

  @Test
  void saysWhatACommandThatFailedWrote() {
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      assertThatThrownBy(() -> namespace.run("sh", "-c", "echo no such luck >&2; exit 3"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ended with 3")
          .hasMessageContaining("no such luck");
    }
  }

  @Test
  void showsItsOwnDevicesInSysfsAndIsGoneWhenClosed() throws Exception {
    String link;
    try (NetworkNamespace namespace = NetworkNamespace.create()) {
      assertThat(namespace.run("ls", "/sys/class/net")).isEqualTo("lo\n");
      link = namespace.run("readlink", "/proc/self/ns/net");
    }
    assertThat(link).isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")) + "\n");
  }
}
