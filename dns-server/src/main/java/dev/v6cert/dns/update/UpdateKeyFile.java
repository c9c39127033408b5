package dev.v6cert.dns.update;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.tsig.KeyFile;
import dev.v6cert.dns.tsig.TsigKey;
import dev.v6cert.dns.update.UpdateKey.Grant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.Name;
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
  private static final Set<Integer> HOSTED = Set.of(Type.TXT, Type.A, Type.AAAA);

  private final Name zone;
  private final Map<Name, List<Grant>> grants = new HashMap<>();

  private UpdateKeyFile(Name zone) {
    this.zone = zone;
  }

  /**
   * The keys by name.
   *
   * @param zone the zone that the names of grants lie in
   * @param weak whether MD5, SHA-1 and SHA-224 are accepted
   * @throws FileFailure when the file cannot be used, with the line of an error
   */
  static Map<Name, UpdateKey> read(Path file, Name zone, boolean weak) throws FileFailure {
    UpdateKeyFile reader = new UpdateKeyFile(zone);
    Map<Name, TsigKey> keys =
        KeyFile.read(
            file,
            weak ? KeyFile.Weak.ACCEPTED : KeyFile.Weak.REFUSED_UNLESS_ASKED,
            reader::readStatement);
    Map<Name, UpdateKey> granted = new HashMap<>();
    keys.forEach((name, key) ->
        granted.put(name, new UpdateKey(key, reader.grants.getOrDefault(name, List.of()))));
    return granted;
  }

  private boolean readStatement(KeyFile file, String word) throws FileFailure {
    if (!word.equals("grant")) {
      return false;
    }
    Name key = file.nextName();
    if (!file.hasKey(key)) {
      throw file.wrong("there is no key " + key.toString(true) + " above");
    }
    String rule = file.next();
    if (!rule.equals("name") && !rule.equals("subdomain")) {
      throw file.wrong("a grant is for a name or a subdomain");
    }
    Name name = file.nextName();
    if (!name.subdomain(zone)) {
      throw file.wrong(name.toString(true) + " does not lie in " + zone.toString(true));
    }
    Set<Integer> types = types(file);
    grants
        .computeIfAbsent(key, _ -> new ArrayList<>())
        .add(new Grant(name, rule.equals("subdomain"), types.isEmpty() ? Set.of(Type.TXT) : types));
    return true;
  }

  private static Set<Integer> types(KeyFile file) throws FileFailure {
    Set<Integer> types = new HashSet<>();
    String word = file.next();
    while (!word.equals(";")) {
      int type = Type.value(word.toUpperCase(Locale.ROOT));
      if (!HOSTED.contains(type)) {
        throw file.wrong("the type " + word + " is none of TXT, A, AAAA");
      }
      types.add(type);
      word = file.next();
    }
    return types;
  }
}
