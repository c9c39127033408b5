package dev.v6cert.dns.credential;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * A hash of a key as acme-dns keeps it: bcrypt of cost 10, a tenth of a second of the processor for
 * each check. It is replaced by a {@link KeyDigest} at the first right key.
 *
 * @param text such as {@code $2a$10$…}, of cost 4 to 12
 */
public record BcryptHash(String text) implements AccountKey {
  private static final Pattern FORM = Pattern.compile("\\$2[aby]\\$(\\d\\d)\\$[./A-Za-z0-9]{53}");
  private static final int LOWEST_COST = 4;
  private static final int HIGHEST_COST = 12;

  /** Keys have this form; anything else costs no check. */
  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]{40}");

  /** Checks the form. */
  public BcryptHash {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("the password is not a bcrypt hash");
    }
    int cost = Integer.parseInt(form.group(1));
    if (cost < LOWEST_COST || cost > HIGHEST_COST) {
      throw new IllegalArgumentException("the cost of the bcrypt hash is not 4 to 12");
    }
  }

  /** Whether a text may be a key at all. */
  public static boolean isKey(String key) {
    return KEY.matcher(key).matches();
  }

  @Override
  public boolean matches(String key) {
    return isKey(key) && OpenBSDBCrypt.checkPassword(text, key.toCharArray());
  }

  /** A fixed text: the hash belongs in no log. */
  @Override
  public String toString() {
    return "BcryptHash";
  }
}
