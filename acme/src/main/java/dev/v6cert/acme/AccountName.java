package dev.v6cert.acme;

import java.util.regex.Pattern;

/**
 * Our name for one of our accounts with an authority: 1 to 32 lower-case letters, digits, {@code
 * .}, {@code -} and {@code _}, a letter or digit first. The authority knows nothing of it.
 */
public record AccountName(String text) {

  private static final Pattern SAFE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,31}");

  /** The account that is used unless another one is named. */
  public static final AccountName DEFAULT = new AccountName("default");

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException when it could not name a directory safely
   */
  public AccountName {
    if (!SAFE.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "an account is named by up to 32 lower-case letters, digits, '.', '-' and '_'");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
