package dev.v6cert.dns.credential;

/** The key of an account, in a form that does not tell it. */
public sealed interface AccountKey permits BcryptHash, KeyDigest {

  /** Whether this is made of the key. */
  boolean matches(String key);
}
