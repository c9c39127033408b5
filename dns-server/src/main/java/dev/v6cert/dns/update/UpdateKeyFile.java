package dev.v6cert.dns.update;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.update.UpdateKey.Grant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Reads a file of keys and grants, in the syntax of BIND.
 *
 * <pre>
 *   key "laptop" { algorithm hmac-sha256; secret "…"; };
 *   grant laptop name laptop.auth.example.org TXT;
 *   grant laptop subdomain home.auth.example.org A AAAA;
 * </pre>
 */
final class UpdateKeyFile {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s+|(?:#|//)[^\n]*|/\\*.*?\\*/|(\"[^\"\n]*\"|[{};]|[^\\s{};\"]+)", Pattern.DOTALL);
  private static final Set<PosixFilePermission> OTHERS =
      Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
  private static final Map<String, Name> ALGORITHMS =
      Map.of(
          "hmac-md5", TSIG.HMAC_MD5,
          "hmac-md5.sig-alg.reg.int", TSIG.HMAC_MD5,
          "hmac-sha1", TSIG.HMAC_SHA1,
          "hmac-sha224", TSIG.HMAC_SHA224,
          "hmac-sha256", TSIG.HMAC_SHA256,
          "hmac-sha384", TSIG.HMAC_SHA384,
          "hmac-sha512", TSIG.HMAC_SHA512);
  private static final Set<Name> WEAK = Set.of(TSIG.HMAC_MD5, TSIG.HMAC_SHA1);
  private static final Set<Integer> HOSTED = Set.of(Type.TXT, Type.A, Type.AAAA);

  private final Path file;
  private final Name zone;
  private final boolean weak;
  private final List<String> words = new ArrayList<>();
  private final List<Integer> lines = new ArrayList<>();
  private final Map<Name, Secret> secrets = new LinkedHashMap<>();
  private final Map<Name, List<Grant>> grants = new HashMap<>();
  private int at;

  private record Secret(Name algorithm, TSIG tsig) {}

  private UpdateKeyFile(Path file, Name zone, boolean weak) {
    this.file = file;
    this.zone = zone;
    this.weak = weak;
  }

  /**
   * The keys by name.
   *
   * @param zone the zone that the names of grants lie in
   * @param weak whether MD5 and SHA-1 are accepted
   * @throws FileFailure when the file cannot be used, with the line of an error
   */
  static Map<Name, UpdateKey> read(Path file, Name zone, boolean weak) throws FileFailure {
    return new UpdateKeyFile(file, zone, weak).read();
  }

  private Map<Name, UpdateKey> read() throws FileFailure {
    split();
    while (at < words.size()) {
      switch (next()) {
        case "key" -> readKey();
        case "grant" -> readGrant();
        default -> throw wrong("a line begins with key or grant");
      }
    }
    Map<Name, UpdateKey> keys = new HashMap<>();
    for (Map.Entry<Name, Secret> entry : secrets.entrySet()) {
      Name name = entry.getKey();
      Secret secret = entry.getValue();
      List<Grant> own = grants.getOrDefault(name, List.of());
      keys.put(name, new UpdateKey(name, secret.algorithm(), secret.tsig(), own));
    }
    return keys;
  }

  private void split() throws FileFailure {
    String text;
    try {
      if (Files.getFileStore(file).supportsFileAttributeView("posix")
          && Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        throw new FileFailure(file, 0, "others can read its secrets: chmod o-rw " + file);
      }
      text = Files.readString(file);
    } catch (FileFailure e) {
      throw e;
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
    Matcher token = TOKEN.matcher(text);
    int line = 1;
    int end = 0;
    while (end < text.length()) {
      if (!token.find(end) || token.start() != end) {
        throw new FileFailure(file, line, "a quote is not closed");
      }
      if (token.group(1) != null) {
        words.add(token.group(1));
        lines.add(line);
      }
      line += (int) token.group().chars().filter(c -> c == '\n').count();
      end = token.end();
    }
  }

  private FileFailure wrong(String reason) {
    return new FileFailure(file, lines.isEmpty() ? 1 : lines.get(Math.max(at - 1, 0)), reason);
  }

  private String next() throws FileFailure {
    if (at >= words.size()) {
      throw wrong("the file ends too soon");
    }
    String word = words.get(at++);
    return word.replace("\"", "");
  }

  private void expect(String word) throws FileFailure {
    if (!next().equals(word)) {
      throw wrong("a " + word + " is missing");
    }
  }

  private Name name(String text) throws FileFailure {
    try {
      return Name.fromString(text.toLowerCase(Locale.ROOT), Name.root);
    } catch (TextParseException e) {
      throw wrong("\"" + text + "\" is no name");
    }
  }

  private void readKey() throws FileFailure {
    Name name = name(next());
    expect("{");
    Map<String, String> parts = new HashMap<>();
    String part = next();
    while (!part.equals("}")) {
      parts.put(part, next());
      expect(";");
      part = next();
    }
    expect(";");
    String written = parts.getOrDefault("algorithm", "").toLowerCase(Locale.ROOT);
    Name algorithm = ALGORITHMS.get(written.replaceAll("\\.$", ""));
    if (algorithm == null) {
      throw wrong("the algorithm \"" + written + "\" is none of hmac-sha256, -sha384, -sha512");
    }
    if (WEAK.contains(algorithm) && !weak) {
      throw wrong(written + " is weak; --update-weak-keys accepts it");
    }
    byte[] secret = secret(parts.getOrDefault("secret", ""));
    secrets.put(name, new Secret(algorithm, new TSIG(algorithm, name, secret)));
  }

  private byte[] secret(String text) throws FileFailure {
    try {
      byte[] octets = Base64.getDecoder().decode(text);
      if (octets.length > 0) {
        return octets;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw wrong("the secret is no base64");
  }

  private void readGrant() throws FileFailure {
    Name key = name(next());
    if (!secrets.containsKey(key)) {
      throw wrong("there is no key " + key.toString(true) + " above");
    }
    String rule = next();
    if (!rule.equals("name") && !rule.equals("subdomain")) {
      throw wrong("a grant is for a name or a subdomain");
    }
    Name name = name(next());
    if (!name.subdomain(zone)) {
      throw wrong(name.toString(true) + " does not lie in " + zone.toString(true));
    }
    Set<Integer> types = new HashSet<>();
    String word = next();
    while (!word.equals(";")) {
      int type = Type.value(word.toUpperCase(Locale.ROOT));
      if (!HOSTED.contains(type)) {
        throw wrong("the type " + word + " is none of TXT, A, AAAA");
      }
      types.add(type);
      word = next();
    }
    grants
        .computeIfAbsent(key, _ -> new ArrayList<>())
        .add(new Grant(name, rule.equals("subdomain"), types.isEmpty() ? Set.of(Type.TXT) : types));
  }
}
