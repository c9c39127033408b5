package dev.v6cert.testing;

import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A process that may open few files, has opened all of them, and says what that costs it. */
public final class CrowdedProcess {

  /** Printed once no more files can be opened. */
  public static final String FULL = "full";

  private static final int MOST_FILES = 256;

  private CrowdedProcess() {}

  /** Starts {@code main} in a JVM with a low limit; it calls {@link #report}. */
  public static Process start(Class<?> main, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("/bin/sh", "-c", "ulimit -n " + MOST_FILES + "; exec \"$@\"", "sh"));
    command.addAll(ChildJvm.command(main, arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /**
   * In that JVM: opens all files that it may. Prints {@link #FULL}; upon a line of input, how many
   * milliseconds of processor time the process spends in a second; then closes the files and waits
   * for a line.
   */
  public static void report() throws IOException, InterruptedException {
    OperatingSystemMXBean process =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    process.getProcessCpuTime(); // Loads what it needs while files can be opened.
    Thread.sleep(500); // Until the threads that take connections wait.
    List<FileInputStream> files = fill();
    System.out.println(FULL);
    in.readLine();
    long before = process.getProcessCpuTime();
    Thread.sleep(1_000);
    System.out.println((process.getProcessCpuTime() - before) / 1_000_000);
    for (FileInputStream file : files) {
      file.close();
    }
    in.readLine();
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
