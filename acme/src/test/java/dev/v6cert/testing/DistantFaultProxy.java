package dev.v6cert.testing;

import dev.v6cert.testing.FaultProxy.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collections;
import java.util.List;

/**
 * A {@link FaultProxy} in a process of its own, in the network namespace of its Pebble; told by
 * lines what is to go wrong.
 */
public final class DistantFaultProxy implements AutoCloseable {

  private static final long A_YEAR_IN_SECONDS = 365L * 24 * 60 * 60;

  /** The fault of a request. */
  public enum Trouble {
    /** A load balancer has no server left. */
    OUT_OF_ORDER,
    /** A page that is no ACME. */
    HTML,
    /** A limit that lasts for two hours. */
    LIMIT,
    /** No answer, until the client has gone. */
    SILENCE,
    /** The right answer, by a clock that is a year ahead. */
    NEXT_YEAR;

    private Fault fault() {
      return switch (this) {
        case OUT_OF_ORDER -> call -> call.tell(html(503));
        case HTML -> call -> call.tell(html(200));
        case LIMIT ->
            call -> call.tell(HttpMessage.problem(429, "rateLimited").with("Retry-After", "7200"));
        case SILENCE -> FaultProxy.Call::stall;
        case NEXT_YEAR -> call -> call.tell(call.forward().with("Date", inAYear()));
      };
    }

    private static HttpMessage html(int status) {
      return HttpMessage.answer(status, "text/html", "<html><h1>No</h1></html>");
    }

    private static String inAYear() {
      return DateTimeFormatter.RFC_1123_DATE_TIME.format(
          Instant.now().plusSeconds(A_YEAR_IN_SECONDS).atOffset(ZoneOffset.UTC));
    }
  }

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter words;
  private final URI directory;
  private final Path root;

  private DistantFaultProxy(Process process, Path root) throws IOException {
    this.process = process;
    this.answers = process.inputReader(StandardCharsets.UTF_8);
    this.words = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    this.root = root;
    this.directory = URI.create(answers.readLine());
  }

  /** Starts on the address, before the Pebble there; its HTTPS root is written to the file. */
  public static DistantFaultProxy before(
      Pebble pebble, NetworkNamespace where, InetAddress address, Path root) throws IOException {
    List<String> arguments =
        List.of(
            pebble.directory().toString(),
            pebble.httpsRoot().toString(),
            address.getHostAddress(),
            root.toString());
    Process process =
        where
            .java(List.of(), DistantFaultProxy.class, arguments)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new DistantFaultProxy(process, root);
  }

  /** The process: answers each line with one. */
  @SuppressWarnings("SystemOut") // Its output is what it is run for.
  public static void main(String[] arguments) throws IOException {
    Path root = Path.of(arguments[3]);
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (FaultProxy proxy =
        FaultProxy.before(
            URI.create(arguments[0]),
            Path.of(arguments[1]),
            InetAddress.ofLiteral(arguments[2]),
            root)) {
      System.out.println(proxy.directory());
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(obey(proxy, line.split(" ")));
      }
    }
  }

  private static int obey(FaultProxy proxy, String... words) {
    switch (words[0]) {
      case "mend" -> proxy.mend();
      case "next" -> {
        Fault fault = Trouble.valueOf(words[3]).fault();
        int times = Integer.parseInt(words[2]);
        proxy.next(words[1], Collections.nCopies(times, fault).toArray(Fault[]::new));
      }
      default -> {
        return proxy.passed(words[1]).size();
      }
    }
    return 0;
  }

  private int say(String line) throws IOException {
    words.println(line);
    return Integer.parseInt(answers.readLine());
  }

  /** Lets the trouble befall so many of the next requests for paths that begin so. */
  public void next(String path, int times, Trouble trouble) throws IOException {
    int _ = say("next " + path + " " + times + " " + trouble);
  }

  /** Lets everything through from now on. */
  public void mend() throws IOException {
    int _ = say("mend");
  }

  /** The number of requests so far for paths that begin so. */
  public int asked(String path) throws IOException {
    return say("asked " + path);
  }

  /** The address of the directory, by way of this proxy. */
  public URI directory() {
    return directory;
  }

  /** A PEM file with what signed its HTTPS. */
  public Path root() {
    return root;
  }

  /** Ends it. */
  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
