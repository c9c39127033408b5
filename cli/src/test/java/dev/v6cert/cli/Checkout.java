package dev.v6cert.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A checkout that was built: the scripts, the launcher and the jars, and no source that is newer.
 *
 * @param root its top
 */
record Checkout(Path root) {

  static Checkout make(Path root) throws IOException {
    Checkout checkout = new Checkout(root);
    copy(Path.of("../scripts/v6cert"), checkout.script());
    copy(Path.of("../scripts/common.sh"), root.resolve("scripts/common.sh"));
    Files.createDirectories(root.resolve("cli/src/main"));
    Files.createFile(root.resolve("pom.xml"));
    Files.createFile(root.resolve("cli/pom.xml"));
    Path lib = checkout.app().resolve("lib");
    try (Stream<Path> jars = Files.list(Path.of(System.getProperty("v6cert.lib")))) {
      for (Path jar : jars.filter(file -> file.toString().endsWith(".jar")).toList()) {
        copy(jar, lib.resolve(jar.getFileName()));
      }
    }
    copy(Path.of("src/main/launcher/v6cert"), checkout.app().resolve("bin/v6cert"));
    copy(Path.of("src/main/launcher/make-cache"), lib.resolve("make-cache"));
    Files.writeString(lib.resolve("id"), "0123456789abcdef\n");
    Files.createFile(checkout.app().resolve("built"));
    return checkout;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    Files.copy(from, to);
  }

  /** The script that runs it. */
  Path script() {
    return root.resolve("scripts/v6cert");
  }

  /** The directory that the launcher is in. */
  Path app() {
    return root.resolve("cli/target/quick");
  }
}
