package dev.v6cert.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A network of its own on this machine, as another host would have it: no interface but {@code lo},
 * which is up. Made as root, or by an ordinary user through a user namespace, in which every
 * command is root. Its mounts are its own too, so that {@code mount --bind} inside (say over
 * /etc/resolv.conf) is seen by nobody else.
 *
 * <p>It lives as long as one process that holds it; that process ends when {@link #close} is called
 * or this JVM dies.
 */
public final class NetworkNamespace implements AutoCloseable {

  /** Sysfs shows the devices of the namespace that mounted it; without the right, of the parent. */
  private static final String HOLD =
      "{ mount -t sysfs sysfs /sys || :; } 2>/dev/null; ip link set lo up && echo ready && exec cat";

  private final Process holder;
  private final List<String> enter;
  private final List<NetworkNamespace> neighbours = new ArrayList<>();

  private NetworkNamespace(Process holder, boolean ofUser) {
    this.holder = holder;
    this.enter = new ArrayList<>(List.of("nsenter", "--target", Long.toString(holder.pid())));
    if (ofUser) {
      enter.addAll(List.of("--user", "--preserve-credentials"));
    }
    enter.addAll(List.of("--net", "--mount", "env", "-C", Path.of("").toAbsolutePath().toString()));
  }

  /** A new namespace; the test is skipped, with the reason, where the system permits none. */
  public static NetworkNamespace create() {
    List<String> reasons = new ArrayList<>();
    for (boolean ofUser : new boolean[] {false, true}) {
      List<String> command = new ArrayList<>(List.of("unshare"));
      if (ofUser) {
        command.addAll(List.of("--user", "--map-root-user"));
      }
      command.addAll(List.of("--net", "--mount", "sh", "-c", HOLD));
      try {
        return new NetworkNamespace(hold(command), ofUser);
      } catch (IOException e) {
        reasons.add(String.valueOf(e.getMessage()));
      }
    }
    return Assumptions.abort("no network namespace can be made here: " + reasons);
  }

  /** Another namespace beside this one, which {@link #connect} can join to it. */
  public NetworkNamespace neighbour() throws IOException {
    Process other = hold(inside(List.of("unshare", "--net", "--mount", "sh", "-c", HOLD)));
    NetworkNamespace neighbour = new NetworkNamespace(other, enter.contains("--user"));
    neighbours.add(neighbour);
    return neighbour;
  }

  private static Process hold(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    if ("ready".equals(process.inputReader(UTF_8).readLine())) {
      return process;
    }
    String errors = new String(process.getErrorStream().readAllBytes(), UTF_8).strip();
    process.destroy();
    throw new IOException("\"" + String.join(" ", command.subList(0, 3)) + "…\": " + errors);
  }

  /**
   * Adds an Ethernet device with a carrier, up. It is one end of a veth pair, because dummy devices
   * are missing in many kernels; the other end is named {@code peerOf} and has no address.
   */
  public void addDevice(String name) throws IOException {
    run("ip", "link", "add", name, "type", "veth", "peer", "name", peerOf(name));
    run("ip", "link", "set", peerOf(name), "addrgenmode", "none", "up");
    run("ip", "link", "set", name, "up");
  }

  /** The name of the far end of a device that {@link #addDevice} made. */
  public static String peerOf(String device) {
    return device + "-far";
  }

  /** Joins {@code device} here to {@code otherDevice} in another namespace, both up. */
  public void connect(String device, NetworkNamespace other, String otherDevice)
      throws IOException {
    run(
        List.of("ip", "link", "add", device, "type", "veth", "peer", "name", otherDevice),
        List.of("netns", Long.toString(other.holder.pid())));
    run("ip", "link", "set", device, "up");
    other.run("ip", "link", "set", otherDevice, "up");
  }

  /**
   * Adds an address such as {@code 2a01:4f8:c17:b8f::2/64}, usable at once: IPv6 without duplicate
   * address detection.
   *
   * @param options more arguments of {@code ip address add}, such as {@code preferred_lft 0}
   */
  public void addAddress(String device, String prefixed, String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "address", "add", prefixed));
    command.addAll(List.of("dev", device));
    if (prefixed.contains(":")) {
      command.add("nodad");
    }
    run(command, List.of(options));
  }

  /** Writes a kernel setting, such as {@code net/ipv6/conf/eth0/accept_dad}. */
  public void sysctl(String key, String value) throws IOException {
    run("sh", "-c", "echo \"$1\" > \"/proc/sys/$0\"", key, value);
  }

  /**
   * Runs a command in the namespace to its end.
   *
   * @return what it wrote to standard output
   * @throws IOException when its exit status is not 0; the message has what it wrote to standard
   *     error
   */
  public String run(String... command) throws IOException {
    return run(List.of(command), List.of());
  }

  private String run(List<String> command, List<String> more) throws IOException {
    List<String> whole = Stream.concat(command.stream(), more.stream()).toList();
    Path errors = Files.createTempFile("namespace", ".stderr");
    try {
      Process process = process(whole).redirectError(errors.toFile()).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(whole + " ended with " + status + ": " + Files.readString(errors));
      }
      return output;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + whole + " ran", e);
    } finally {
      Files.deleteIfExists(errors);
    }
  }

  /**
   * Whether a process in it may become another user. Where an ordinary user made it, root is the
   * only one that exists there (user_namespaces(7)).
   */
  public boolean hasOtherUsers() throws IOException {
    return !run("cat", "/proc/self/uid_map").strip().endsWith(" 1");
  }

  /**
   * A command to start in the namespace, in the working directory of this JVM. The process that
   * starts is the command itself, so signals to it reach it.
   */
  public ProcessBuilder process(List<String> command) {
    return new ProcessBuilder(new ArrayList<>(inside(command)));
  }

  /** A JVM like this one to start in the namespace, with the class path of the tests. */
  public ProcessBuilder java(List<String> options, Class<?> main, List<String> arguments) {
    return process(javaCommand(options, main, arguments));
  }

  /** Like {@link #run}, of a main class on the class path of the tests. */
  public String runJava(Class<?> main, String... arguments) throws IOException {
    return run(javaCommand(List.of(), main, List.of(arguments)), List.of());
  }

  private static List<String> javaCommand(
      List<String> options, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp", classPath()));
    command.addAll(options);
    command.add(main.getName());
    command.addAll(arguments);
    return command;
  }

  /** Surefire starts its JVM with one jar that only names the real class path. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private List<String> inside(List<String> command) {
    return Stream.concat(enter.stream(), command.stream()).toList();
  }

  /** Ends the namespace, and with it its devices; processes still in it keep it alive. */
  @Override
  public void close() {
    neighbours.forEach(NetworkNamespace::close);
    holder.destroy();
    holder.onExit().join();
  }
}
