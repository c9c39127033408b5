package dev.v6cert.ipv6.router;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A router with UPnP alone that answers as a test has it, on an address of loopback. */
final class FakeRouter implements AutoCloseable {

  /** An answer to an action: the content of a SOAP body, or a fault. */
  interface Answers {
    String to(String action, String request);
  }

  private static final Pattern ACTION = Pattern.compile("(?i)soapaction: \"[^#]*#(\\w+)\"");
  private static final String DESCRIPTION =
      """
      <root><device><serviceList><service>
      <serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType>
      <controlURL>/control</controlURL></service></serviceList></device></root>
      """;

  private final DatagramSocket search;
  private final ServerSocket server;
  private final Answers answers;
  private final List<String> actions = Collections.synchronizedList(new ArrayList<>());

  FakeRouter(InetAddress address, Answers answers) throws IOException {
    this.search = new DatagramSocket(null);
    search.setReuseAddress(true); // The one before may be closing still.
    search.bind(new InetSocketAddress(address, 1900));
    this.server = new ServerSocket(0, 50, address);
    this.answers = answers;
    Thread.ofVirtual().start(this::answerSearches);
    Thread.ofVirtual().start(this::serve);
  }

  /** A UPnP fault. */
  static String fault(int code) {
    return "FAULT<errorCode>" + code + "</errorCode><errorDescription>no</errorDescription>";
  }

  /** The actions that it was asked for, in order. */
  List<String> actions() {
    return List.copyOf(actions);
  }

  private void answerSearches() {
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
        search.receive(packet);
        String location = "http://203.0.113.9:" + server.getLocalPort() + "/description.xml";
        byte[] octets =
            ("HTTP/1.1 200 OK\r\nLOCATION: " + location + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        search.send(new DatagramPacket(octets, octets.length, packet.getSocketAddress()));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void serve() {
    try {
      while (true) {
        Socket socket = server.accept();
        Thread.ofVirtual().start(() -> answer(socket));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      InputStream in = socket.getInputStream();
      byte[] octets = new byte[8192];
      int length = 0;
      String request = "";
      do {
        int more = in.read(octets, length, octets.length - length);
        if (more < 0) {
          return;
        }
        length += more;
        request = new String(octets, 0, length, StandardCharsets.UTF_8);
      } while (!request.contains("</s:Envelope>") && !request.startsWith("GET"));
      Matcher action = ACTION.matcher(request);
      String content =
          !action.find() ? answers.to("GET", request) : content(action.group(1), request);
      if (content.startsWith("RAW")) {
        raw(socket.getOutputStream(), content.substring(3));
        return;
      }
      boolean fault = content.startsWith("FAULT");
      String xml = "<Envelope><Body>" + content.replaceFirst("^FAULT", "") + "</Body></Envelope>";
      String body = content.isEmpty() ? DESCRIPTION : xml;
      String head = fault ? "HTTP/1.1 500 Internal Server Error" : "HTTP/1.1 200 OK";
      raw(
          socket.getOutputStream(),
          head + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private String content(String action, String request) {
    actions.add(action);
    String answer = answers.to(action, request);
    return answer.isEmpty() ? "<ok/>" : answer;
  }

  private static void raw(OutputStream out, String text) throws IOException {
    if (text.startsWith("SLOWLY")) {
      try {
        for (int i = 0; i < 60; i++) {
          out.write("HTTP/1.1 200 OK\r\n".charAt(i % 17));
          out.flush();
          Thread.sleep(500);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return;
    }
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    search.close();
    server.close();
  }
}
