import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Set;
import java.util.jar.Manifest;

/**
 * Takes out of libraries what only slows the start: {@code java LeanJars.java JAR...}
 *
 * <p>The JVM keeps no class of a signed jar in its caches, and reads the whole manifest at every
 * start, in which a signed jar has a digest of each file (Bouncy Castle: 0.8 MB). What signatures
 * are worth, Maven's checksums give as well. What is left in manifests for OSGi goes, too. The same
 * jars in give the same jars out.
 */
final class LeanJars {

  private static final Set<String> OSGI =
      Set.of(
          "DynamicImport-Package",
          "Export-Package",
          "Import-Package",
          "Private-Package",
          "Provide-Capability",
          "Require-Capability");

  private LeanJars() {}

  public static void main(String[] jars) throws IOException {
    for (String jar : jars) {
      try (FileSystem files = FileSystems.newFileSystem(Path.of(jar))) {
        unsign(files.getPath("META-INF"));
        shorten(files.getPath("META-INF", "MANIFEST.MF"));
      }
    }
  }

  private static void unsign(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var signatures = Files.newDirectoryStream(directory, "*.{SF,DSA,RSA,EC}")) {
      for (Path signature : signatures) {
        Files.delete(signature);
      }
    }
  }

  private static void shorten(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    Manifest manifest;
    try (InputStream in = Files.newInputStream(file)) {
      manifest = new Manifest(in);
    }
    boolean shorter =
        manifest.getMainAttributes().keySet().removeIf(key -> isForOsgi(key.toString()));
    if (!shorter && manifest.getEntries().isEmpty()) {
      return;
    }
    manifest.getEntries().clear();
    FileTime time = Files.getLastModifiedTime(file);
    try (OutputStream out = Files.newOutputStream(file)) {
      manifest.write(out);
    }
    Files.setLastModifiedTime(file, time);
  }

  private static boolean isForOsgi(String attribute) {
    return attribute.startsWith("Bundle-") || OSGI.contains(attribute);
  }
}
