package dev.v6cert.cli.truststore;

import dev.v6cert.cli.setting.Environment.Platform;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The search for the trust stores of a machine. */
public final class StoreSearch {

  /** Directories with a Java installation each; those of the user are below the home. */
  private static final List<String> JAVA =
      List.of("/usr/lib/jvm", "/usr/java", "/opt", "/Library/Java/JavaVirtualMachines");

  private static final List<String> JAVA_OF_USER =
      List.of(
          ".sdkman/candidates/java",
          ".jdks",
          ".asdf/installs/java",
          ".local/share/mise/installs/java",
          "Library/Java/JavaVirtualMachines");

  private static final List<String> CACERTS =
      List.of(
          "lib/security/cacerts", "jre/lib/security/cacerts", "Contents/Home/lib/security/cacerts");

  /** The directories of the roots that distributions keep for every Java installation. */
  private static final List<String> SHARED =
      List.of(
          "/etc/ssl/certs/java",
          "/etc/pki/ca-trust/extracted/java",
          "/etc/ca-certificates/extracted",
          "/var/lib/ca-certificates");

  private static final String DEBIAN_HOOK = "/etc/ca-certificates/update.d/jks-keystore";

  /** Directories with a Firefox profile each, below the home. */
  private static final List<String> FIREFOX =
      List.of(
          ".mozilla/firefox",
          ".config/mozilla/firefox",
          ".librewolf",
          "snap/firefox/common/.mozilla/firefox",
          ".var/app/org.mozilla.firefox/.mozilla/firefox",
          ".var/app/org.mozilla.firefox/config/mozilla/firefox",
          ".var/app/io.gitlab.librewolf-community/.librewolf");

  /** The databases of browsers like Chromium below the home; they read the first one there is. */
  private static final List<String> CHROMIUM = List.of(".pki/nssdb", ".local/share/pki/nssdb");

  private static final List<String> CHROMIUM_PROGRAMS =
      List.of(
          "chromium",
          "chromium-browser",
          "google-chrome",
          "google-chrome-stable",
          "microsoft-edge",
          "brave-browser",
          "vivaldi");

  private static final String WINDOWS_TOOL = "/mnt/c/Windows/System32/certutil.exe";

  private final Machine machine;

  /** A search on the machine. */
  public StoreSearch(Machine machine) {
    this.machine = machine;
  }

  /** Every store, the system's first. */
  public List<TrustStore> stores() {
    List<TrustStore> stores = new ArrayList<>();
    switch (machine.platform()) {
      case UNIX -> {
        SystemStore.of(machine).ifPresent(stores::add);
        stores.addAll(java());
        stores.addAll(chromium());
        stores.addAll(firefox());
        Path windows = machine.at(WINDOWS_TOOL);
        if (Files.exists(windows)) {
          stores.add(new WindowsStore(windows, true));
        }
      }
      case MACOS -> {
        stores.add(new MacKeychain(machine));
        stores.addAll(java());
      }
      case WINDOWS -> {
        stores.add(new WindowsStore(windowsTool(), false));
        stores.addAll(java());
      }
    }
    return stores;
  }

  private Path windowsTool() {
    String system = machine.variables().getOrDefault("SystemRoot", "C:\\Windows");
    return Path.of(system).resolve("System32").resolve("certutil.exe");
  }

  /** The system's file with all roots; empty where no layout is known. */
  public Optional<Path> bundle() {
    return machine.platform() == Platform.UNIX
        ? SystemStore.of(machine).map(SystemStore::bundle)
        : Optional.empty();
  }

  private List<TrustStore> java() {
    List<Path> homes = new ArrayList<>();
    String chosen = machine.variables().getOrDefault("JAVA_HOME", "");
    if (!chosen.isEmpty()) {
      homes.add(Path.of(chosen));
    }
    JAVA.forEach(directory -> homes.addAll(children(machine.at(directory))));
    JAVA_OF_USER.forEach(directory -> homes.addAll(children(machine.home().resolve(directory))));
    String programs = machine.variables().getOrDefault("ProgramFiles", "");
    if (machine.platform() == Platform.WINDOWS && !programs.isEmpty()) {
      for (String vendor : List.of("Java", "Eclipse Adoptium", "Microsoft", "Zulu", "BellSoft")) {
        homes.addAll(children(Path.of(programs).resolve(vendor)));
      }
    }
    Map<Path, TrustStore> found = new LinkedHashMap<>();
    for (Path home : homes) {
      for (String below : CACERTS) {
        realFile(home.resolve(below))
            .ifPresent(file -> found.computeIfAbsent(file, _ -> java(home, file)));
      }
    }
    realFile(machine.at(SHARED.getFirst()).resolve("cacerts"))
        .ifPresent(file -> found.computeIfAbsent(file, _ -> java(Path.of("shared"), file)));
    return List.copyOf(found.values());
  }

  private JavaStore java(Path home, Path file) {
    boolean debian = file.startsWith(machine.at(SHARED.getFirst()));
    boolean shared =
        debian
            ? Files.exists(machine.at(DEBIAN_HOOK))
            : SHARED.stream().map(machine::at).anyMatch(file::startsWith);
    String name = shared ? "all of the system" : String.valueOf(home.getFileName());
    return new JavaStore(machine, name, file, shared);
  }

  private List<TrustStore> chromium() {
    List<TrustStore> stores = new ArrayList<>();
    for (String below : CHROMIUM) {
      addDatabase(stores, "Chromium, Chrome, Edge", machine.home().resolve(below));
    }
    if (stores.isEmpty() && CHROMIUM_PROGRAMS.stream().anyMatch(this::isInstalled)) {
      // Chromium of every version reads this one if it is there.
      stores.add(
          new NssStore(
              machine, "Chromium, Chrome, Edge", machine.home().resolve(CHROMIUM.getFirst())));
    }
    for (Path snap : children(machine.home().resolve("snap"))) {
      for (String below : CHROMIUM) {
        addDatabase(stores, snap.getFileName() + " (snap)", snap.resolve("current").resolve(below));
      }
    }
    for (Path application : children(machine.home().resolve(".var/app"))) {
      for (String below : List.of(".pki/nssdb", "data/pki/nssdb")) {
        addDatabase(stores, application.getFileName() + " (flatpak)", application.resolve(below));
      }
    }
    return stores;
  }

  private boolean isInstalled(String program) {
    return machine.program(program).isPresent();
  }

  private List<TrustStore> firefox() {
    List<TrustStore> stores = new ArrayList<>();
    for (String below : FIREFOX) {
      for (Path profile : children(machine.home().resolve(below))) {
        addDatabase(stores, "Firefox (" + profile.getFileName() + ")", profile);
      }
    }
    return stores;
  }

  private void addDatabase(List<TrustStore> stores, String readers, Path directory) {
    if (Files.exists(directory.resolve(NssStore.DATABASE))) {
      stores.add(new NssStore(machine, readers, directory));
    }
  }

  private static Optional<Path> realFile(Path file) {
    try {
      Path real = file.toRealPath();
      return Files.isRegularFile(real) ? Optional.of(real) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The directories in a directory, in order; none where it cannot be read. */
  private static List<Path> children(Path directory) {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, Files::isDirectory)) {
      entries.forEach(children::add);
    } catch (IOException e) {
      return List.of();
    }
    children.sort(null);
    return children;
  }
}
