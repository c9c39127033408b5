package dev.v6cert.cli.version;

/**
 * The version of this program, which the build writes into this class: to read it from a file of
 * the jar would take longer than the rest of {@code v6cert --version}.
 */
public final class Version {

  private static final String TEXT = "${project.version}";

  private Version() {}

  /** The version. */
  public static String text() {
    return TEXT;
  }
}
