package dev.v6cert.cli.truststore;

import dev.v6cert.cli.truststore.TrustStore.Presence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The roots of a Java installation. What {@link #install} replaces is kept, so that {@link #remove}
 * brings back every octet where nothing else has changed the file since.
 *
 * @param machine where it is
 * @param name of the Java installation
 * @param file {@code lib/security/cacerts}, links followed
 * @param shared whether the system's store keeps it
 */
record JavaStore(Machine machine, String name, Path file, boolean shared) implements TrustStore {

  /** The password of every Java installation: it guards nothing, as everybody knows it. */
  private static final String PASSWORD = "changeit";

  @Override
  public String readers() {
    return "Java (" + name + ")";
  }

  @Override
  public String place() {
    return file.toString();
  }

  @Override
  public Presence presence(TrustedRoot root) throws IOException {
    return aliases(load(), root).isEmpty() ? Presence.ABSENT : Presence.PRESENT;
  }

  /** The entries with the root; the system's program gives it a name of its own. */
  private List<String> aliases(KeyStore roots, TrustedRoot root) throws IOException {
    try {
      return Collections.list(roots.aliases()).stream()
          .filter(alias -> isRoot(roots, alias, root))
          .toList();
    } catch (KeyStoreException e) {
      throw new IOException(damaged(e), e);
    }
  }

  private static boolean isRoot(KeyStore roots, String alias, TrustedRoot root) {
    try {
      return root.certificate().equals(roots.getCertificate(alias));
    } catch (KeyStoreException e) {
      throw new IllegalStateException("a loaded store that is not loaded", e);
    }
  }

  private KeyStore load() throws IOException {
    try {
      return KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
    } catch (GeneralSecurityException e) {
      throw new IOException(damaged(e), e);
    } catch (IOException e) {
      throw new IOException(
          e.getCause() instanceof GeneralSecurityException
              ? "its password is not " + PASSWORD
              : damaged(e),
          e);
    }
  }

  private static String damaged(Exception e) {
    return "it cannot be read: " + e.getMessage();
  }

  @Override
  public Optional<Obstacle> obstacle() {
    Path directory = file.toAbsolutePath().getParent();
    if (Files.isWritable(file) && directory != null && Files.isWritable(directory)) {
      return Optional.empty();
    }
    return Optional.of(
        machine.superuser()
            ? new Obstacle.Closed(file + " is read-only")
            : new Obstacle.OtherUsers());
  }

  @Override
  public String installation(TrustedRoot root) {
    return shared ? "follows the system's store" : "adds " + root.alias() + " to " + file;
  }

  @Override
  public String removal(TrustedRoot root) {
    return (shared ? "follows the system's store: " : "") + "removes the root from " + file;
  }

  @Override
  public void install(TrustedRoot root, TrustJournal journal) throws IOException {
    KeyStore roots = load();
    if (!aliases(roots, root).isEmpty()) {
      return;
    }
    if (shared) {
      throw new IOException("the system's store did not bring it there");
    }
    byte[] before = Files.readAllBytes(file);
    try {
      roots.setCertificateEntry(root.alias(), root.certificate());
    } catch (KeyStoreException e) {
      throw new IOException(damaged(e), e);
    }
    byte[] after = octets(roots);
    journal.replacing(file, root, before, after);
    StoreFile.write(file, after);
  }

  @Override
  public void remove(TrustedRoot root, TrustJournal journal) throws IOException {
    KeyStore roots = load();
    List<String> aliases = aliases(roots, root);
    if (!aliases.isEmpty()) {
      Optional<byte[]> before = journal.replaced(file, root, Files.readAllBytes(file));
      if (before.isEmpty()) {
        for (String alias : aliases) {
          try {
            roots.deleteEntry(alias);
          } catch (KeyStoreException e) {
            throw new IOException(damaged(e), e);
          }
        }
      }
      StoreFile.write(file, before.isPresent() ? before.get() : octets(roots));
    }
    StoreFile.tidy(file);
    journal.forgetReplaced(file, root);
  }

  /** The store in its own format; one without a password stays without. */
  private byte[] octets(KeyStore roots) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      roots.store(out, isWithoutPassword(roots) ? null : PASSWORD.toCharArray());
    } catch (GeneralSecurityException e) {
      throw new IOException("it cannot be written: " + e.getMessage(), e);
    }
    return out.toByteArray();
  }

  private boolean isWithoutPassword(KeyStore roots) {
    if (!roots.getType().equalsIgnoreCase("pkcs12")) {
      return false;
    }
    try {
      char @Nullable [] none = null;
      KeyStore open = KeyStore.getInstance(file.toFile(), none);
      return open.size() > 0 && open.getCertificate(open.aliases().nextElement()) != null;
    } catch (GeneralSecurityException | IOException e) {
      return false;
    }
  }

  @Override
  public String installCommand(TrustedRoot root) {
    if (shared) {
      return "";
    }
    return "sudo keytool -importcert -noprompt -keystore "
        + StoreTool.quoted(file)
        + " -storepass "
        + PASSWORD
        + " -alias "
        + root.alias()
        + " -file "
        + StoreTool.quoted(root.file());
  }

  @Override
  public String removeCommand(TrustedRoot root) {
    String alias = root.alias();
    try {
      alias = aliases(load(), root).stream().findFirst().orElse(alias);
    } catch (IOException e) {
      // keytool says what is wrong with it.
    }
    return "sudo keytool -delete -keystore "
        + StoreTool.quoted(file)
        + " -storepass "
        + PASSWORD
        + " -alias "
        + alias;
  }
}
