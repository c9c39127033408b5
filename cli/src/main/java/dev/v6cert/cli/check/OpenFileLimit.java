package dev.v6cert.cli.check;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether this process may open as many files as a certificate takes. Where it may not, the JVM and
 * the libraries fail wherever they open the one too many, in ways that tell nobody why.
 */
public final class OpenFileLimit {

  /** A run without a hook has 30 to 40 open beside those of its start. */
  private static final int NEEDED = 48;

  /** A file of the JVM's, which has it open itself. */
  private static final File THERE = new File(System.getProperty("java.home"), "lib/modules");

  private OpenFileLimit() {}

  /**
   * Opens and closes that many, which takes no time to speak of.
   *
   * @throws CliFailureException {@link CliFailure.FewOpenFiles}
   */
  public static void check() throws CliFailureException {
    List<FileInputStream> opened = new ArrayList<>(NEEDED);
    try {
      while (opened.size() < NEEDED) {
        opened.add(new FileInputStream(THERE));
      }
    } catch (IOException e) {
      throw new CliFailureException(new CliFailure.FewOpenFiles(opened.size(), NEEDED));
    } finally {
      opened.forEach(OpenFileLimit::close);
    }
  }

  private static void close(FileInputStream file) {
    try {
      file.close();
    } catch (IOException e) {
      // It was only read.
    }
  }
}
