package dev.v6cert.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A file system as a distribution lays it out, with the stores of all kinds and the home of a user;
 * below a directory of the test.
 *
 * @param root the top of the file system
 * @param home of the user
 */
record TrustRoot(Path root, Path home) {

  static final String OTHER_AUTHORITY = "Other authority";

  /**
   * The layout: Debian's own program works on these directories, Fedora's and Arch's are played.
   */
  static TrustRoot of(String layout, Path directory) throws Exception {
    TrustRoot made =
        new TrustRoot(
            Files.createDirectories(directory.resolve("root")),
            Files.createDirectories(directory.resolve("home")));
    switch (layout) {
      case "debian" -> made.debian();
      case "fedora" ->
          made.anchors(
              "etc/pki/ca-trust/source/anchors",
              "etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
              "update-ca-trust");
      case "arch" ->
          made.anchors(
              "etc/ca-certificates/trust-source/anchors",
              "etc/ca-certificates/extracted/tls-ca-bundle.pem",
              "update-ca-trust");
      case "opensuse" ->
          made.anchors(
              "etc/pki/trust/anchors",
              "var/lib/ca-certificates/ca-bundle.pem",
              "update-ca-certificates");
      default -> throw new IllegalArgumentException(layout);
    }
    return made;
  }

  private void debian() throws Exception {
    Path real = Path.of("/usr/sbin/update-ca-certificates");
    assumeTrue(Files.isExecutable(real), "update-ca-certificates is not installed");
    Path local = Files.createDirectories(root.resolve("usr/local/share/ca-certificates"));
    Path packaged = Files.createDirectories(root.resolve("usr/share/ca-certificates"));
    Path links = Files.createDirectories(root.resolve("etc/ssl/certs"));
    Path hooks = Files.createDirectories(root.resolve("etc/ca-certificates/update.d"));
    Path list = root.resolve("etc/ca-certificates.conf");
    Files.writeString(list, "other.crt\n");
    Files.writeString(packaged.resolve("other.crt"), otherRoot());
    program(
        "usr/sbin/update-ca-certificates",
        "exec %s --certsconf %s --certsdir %s --localcertsdir %s --etccertsdir %s --hooksdir %s \"$@\""
            .formatted(real, list, packaged, local, links, hooks));
    run(List.of(root.resolve("usr/sbin/update-ca-certificates").toString(), "--fresh"));
  }

  /** Makes the bundle of all anchors, aside and by a rename, as the real programs do. */
  private void anchors(String anchors, String bundle, String program) throws Exception {
    Path directory = Files.createDirectories(root.resolve(anchors));
    Path file = root.resolve(bundle);
    Files.createDirectories(parent(file));
    Files.writeString(directory.resolve("another.pem"), otherRoot());
    program(
        "usr/bin/" + program,
        "cat %s/*.* > %s.new && mv %s.new %s".formatted(directory, file, file, file));
    run(List.of(root.resolve("usr/bin/" + program).toString()));
  }

  /** Adds a program of one line. */
  void program(String path, String line) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(parent(file));
    Files.writeString(file, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Adds a Java installation whose roots are in the format. */
  Path java(String name, String type) throws Exception {
    Path file = root.resolve("usr/lib/jvm/" + name + "/lib/security/cacerts");
    Files.createDirectories(parent(file));
    Path pem = Files.writeString(home.resolve("other.pem"), otherRoot());
    List<String> command =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/keytool") + ""));
    if (type.equals("open-pkcs12")) {
      for (String what : List.of("certProtection", "mac")) {
        command.add("-J-Dkeystore.pkcs12." + what + "Algorithm=NONE");
      }
    }
    command.addAll(
        List.of("-importcert", "-noprompt", "-keystore", file + "", "-storepass", "changeit"));
    command.addAll(List.of("-storetype", type.equals("jks") ? "jks" : "pkcs12"));
    command.addAll(List.of("-alias", "other", "-file", pem.toString()));
    run(command);
    Files.delete(pem);
    return file;
  }

  /** Adds an NSS database with a root of somebody else, below the home. */
  Path database(String below) throws Exception {
    Path directory = Files.createDirectories(home.resolve(below));
    run(List.of(certutil(), "-N", "-d", "sql:" + directory, "--empty-password"));
    Path pem = Files.writeString(home.resolve("other.pem"), otherRoot());
    run(
        List.of(
            certutil(),
            "-A",
            "-d",
            "sql:" + directory,
            "-t",
            "C,,",
            "-n",
            OTHER_AUTHORITY,
            "-i",
            pem.toString()));
    Files.delete(pem);
    return directory;
  }

  /** The same with the database that Chromium reads. */
  TrustRoot withDatabase() throws Exception {
    database(".pki/nssdb");
    return this;
  }

  static String certutil() {
    Path tool = Path.of("/usr/bin/certutil");
    assumeTrue(Files.isExecutable(tool), "libnss3-tools is not installed");
    return tool.toString();
  }

  /**
   * The content of every file and the target of every link; of NSS databases what they list, as
   * SQLite's pages do not come back.
   */
  Map<String, String> content() throws Exception {
    Map<String, String> content = new TreeMap<>();
    for (Path top : List.of(root, home)) {
      try (Stream<Path> tree = Files.walk(top)) {
        // A killed SQLite leaves an empty journal, and the next run pays no heed to it.
        for (Path path : tree.filter(path -> !path.toString().endsWith("-journal")).toList()) {
          content.put(path.toString(), content(path));
        }
      }
    }
    return content;
  }

  private static Path parent(Path file) {
    return file.resolve("..").normalize();
  }

  private static String content(Path path) throws Exception {
    if (Files.isSymbolicLink(path)) {
      return "-> " + Files.readSymbolicLink(path);
    }
    String mode = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).toString();
    if (Files.isDirectory(path)) {
      return mode;
    }
    String name = path.getFileName().toString();
    if (name.equals("cert9.db")) {
      return run(List.of(certutil(), "-L", "-d", "sql:" + parent(path)));
    }
    return name.equals("key4.db")
        ? mode
        : mode + HexFormat.of().formatHex(Files.readAllBytes(path));
  }

  static String run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(command + ": " + output);
    }
    return output;
  }

  /** A root of somebody else, made once. */
  private static String otherRoot() throws Exception {
    synchronized (TrustRoot.class) {
      if (other.isEmpty()) {
        Path key = Files.createTempFile("other", ".key");
        other =
            run(
                List.of(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256",
                    "-nodes",
                    "-keyout",
                    key.toString(),
                    "-subj",
                    "/CN=" + OTHER_AUTHORITY,
                    "-days",
                    "3650"));
        other = other.substring(other.indexOf("-----BEGIN CERTIFICATE"));
        Files.delete(key);
      }
      return other;
    }
  }

  private static String other = "";
}
