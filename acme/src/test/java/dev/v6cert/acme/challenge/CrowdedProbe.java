package dev.v6cert.acme.challenge;

import com.sun.management.OperatingSystemMXBean;
import dev.v6cert.acme.Subject;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * In a process that may open few files: presents an answer by TLS-ALPN-01 and opens all files that
 * it may. Prints {@code full}; upon a line of input, how many milliseconds of processor time the
 * process spends in a second; then closes the files and waits for a line.
 */
final class CrowdedProbe {

  private CrowdedProbe() {}

  public static void main(String[] arguments) throws Exception {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StandaloneSolver solver =
        new StandaloneSolver(
            ChallengeType.TLS_ALPN_01,
            Optional.of(InetAddress.ofLiteral("::1")),
            Integer.parseInt(arguments[0]),
            Clock.systemUTC());
    PendingChallenge challenge =
        new PendingChallenge(Subject.parse("a.test"), "token", "token.thumbprint");
    try (Responder responder = solver.start(_ -> {});
        Presentation _ = responder.present(challenge)) {
      process.getProcessCpuTime(); // Loads what it needs while files can be opened.
      Thread.sleep(500); // Until the thread that takes connections waits.
      List<FileInputStream> files = fill();
      System.out.println("full");
      in.readLine();
      long before = process.getProcessCpuTime();
      Thread.sleep(1_000);
      System.out.println((process.getProcessCpuTime() - before) / 1_000_000);
      for (FileInputStream file : files) {
        file.close();
      }
      in.readLine();
    }
  }

  private static List<FileInputStream> fill() {
    List<FileInputStream> files = new ArrayList<>();
    while (true) {
      try {
        files.add(new FileInputStream("/dev/null"));
      } catch (IOException e) {
        return files;
      }
    }
  }
}
