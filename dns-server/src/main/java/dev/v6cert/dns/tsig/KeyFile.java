package dev.v6cert.dns.tsig;

import dev.v6cert.dns.file.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
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

/**
 * Reads a file of keys in the syntax of BIND, as {@code tsig-keygen} writes it; others may not be
 * able to read it.
 *
 * <pre>
 *   key "laptop" { algorithm hmac-sha256; secret "…"; };
 * </pre>
 */
public final class KeyFile {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s+|(?:#|//)[^\n]*|/\\*.*?\\*/|(\"[^\"\n]*\"|[{};]|[^\\s{};\"]+)", Pattern.DOTALL);
  private static final Map<String, Name> ALGORITHMS =
      Map.of(
          "hmac-md5", TSIG.HMAC_MD5,
          "hmac-md5.sig-alg.reg.int", TSIG.HMAC_MD5,
          "hmac-sha1", TSIG.HMAC_SHA1,
          "hmac-sha224", TSIG.HMAC_SHA224,
          "hmac-sha256", TSIG.HMAC_SHA256,
          "hmac-sha384", TSIG.HMAC_SHA384,
          "hmac-sha512", TSIG.HMAC_SHA512);

  /** The algorithms that are accepted only when asked for. */
  static final Set<Name> WEAK = Set.of(TSIG.HMAC_MD5, TSIG.HMAC_SHA1, TSIG.HMAC_SHA224);

  private final Path file;
  private final Weak weak;
  private final List<String> words = new ArrayList<>();
  private final List<Integer> lines = new ArrayList<>();
  private final Map<Name, TsigKey> keys = new LinkedHashMap<>();
  private int at;

  /** The treatment of keys with MD5, SHA-1 and SHA-224. */
  public enum Weak {
    /** They are read like others. */
    ACCEPTED,
    /** They are an error, and {@code --update-weak-keys} is named. */
    REFUSED_UNLESS_ASKED,
    /** They are an error. */
    REFUSED
  }

  /** Reads statements other than those of keys. */
  @FunctionalInterface
  public interface Statements {
    /**
     * Reads a statement up to its semicolon.
     *
     * @param word its first word, which was read
     * @return whether the word begins a statement of this kind
     * @throws FileFailure when it is wrong
     */
    boolean read(KeyFile file, String word) throws FileFailure;
  }

  private KeyFile(Path file, Weak weak) {
    this.file = file;
    this.weak = weak;
  }

  /**
   * The keys of a file that has nothing else, in their order.
   *
   * @throws FileFailure when the file cannot be used, with the line of an error
   */
  public static Map<Name, TsigKey> read(Path file, Weak weak) throws FileFailure {
    Map<Name, TsigKey> keys =
        read(
            file,
            weak,
            (reader, _) -> {
              throw reader.wrong("a line begins with key");
            });
    if (keys.isEmpty()) {
      throw FileFailure.ofService(file, 0, "there is no key in it; tsig-keygen NAME writes one");
    }
    return keys;
  }

  /**
   * The keys of a file, in their order.
   *
   * @param others reads its other statements
   * @throws FileFailure when the file cannot be used, with the line of an error
   */
  public static Map<Name, TsigKey> read(Path file, Weak weak, Statements others)
      throws FileFailure {
    KeyFile reader = new KeyFile(file, weak);
    reader.split();
    while (reader.at < reader.words.size()) {
      String word = reader.next();
      if (word.equals("key")) {
        reader.readKey();
      } else if (!others.read(reader, word)) {
        throw reader.wrong("a line begins with key or grant");
      }
    }
    return reader.keys;
  }

  private void split() throws FileFailure {
    String text;
    try {
      FileFailure.refuseExposed(file);
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
        throw FileFailure.ofService(file, line, "a quote is not closed");
      }
      if (token.group(1) != null) {
        words.add(token.group(1));
        lines.add(line);
      }
      line += (int) token.group().chars().filter(c -> c == '\n').count();
      end = token.end();
    }
  }

  /** The failure for an error at the word that was read last. */
  public FileFailure wrong(String reason) {
    return FileFailure.ofService(
        file, lines.isEmpty() ? 1 : lines.get(Math.max(at - 1, 0)), reason);
  }

  /** The next word, without quotes. */
  public String next() throws FileFailure {
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

  /** The next word as a name. */
  public Name nextName() throws FileFailure {
    String text = next();
    try {
      return Name.fromString(text.toLowerCase(Locale.ROOT), Name.root);
    } catch (TextParseException e) {
      throw wrong("\"" + text + "\" is not a name");
    }
  }

  /** Whether a key of this name stands above. */
  public boolean hasKey(Name name) {
    return keys.containsKey(name);
  }

  private void readKey() throws FileFailure {
    Name name = nextName();
    expect("{");
    Map<String, String> parts = new HashMap<>();
    String part = next();
    while (!part.equals("}")) {
      parts.put(part, next());
      expect(";");
      part = next();
    }
    expect(";");
    Name algorithm = algorithm(parts.getOrDefault("algorithm", "").toLowerCase(Locale.ROOT));
    byte[] secret = secret(parts.getOrDefault("secret", ""));
    keys.put(name, new TsigKey(name, algorithm, new TSIG(algorithm, name, secret)));
  }

  private Name algorithm(String written) throws FileFailure {
    Name algorithm = ALGORITHMS.get(written.replaceAll("\\.$", ""));
    if (algorithm == null) {
      throw wrong("the algorithm \"" + written + "\" is none of hmac-sha256, -sha384, -sha512");
    }
    if (WEAK.contains(algorithm)) {
      switch (weak) {
        case ACCEPTED -> {}
        case REFUSED_UNLESS_ASKED ->
            throw wrong(written + " is weak; --update-weak-keys accepts it");
        case REFUSED -> throw wrong(written + " is weak; make a key with hmac-sha256");
      }
    }
    return algorithm;
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
    throw wrong("the secret is not base64");
  }
}
