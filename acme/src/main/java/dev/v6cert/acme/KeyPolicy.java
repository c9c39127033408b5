package dev.v6cert.acme;

/**
 * The type, reuse and readers of a lineage's keys.
 *
 * @param type the kind of a new key
 * @param reuse whether the present key is kept by the next certificate, if it is of the kind
 * @param access who may read it
 */
public record KeyPolicy(KeyType type, boolean reuse, KeyAccess access) {

  /** An EC P-256 key, new for each certificate, for the owner only. */
  public static final KeyPolicy DEFAULT = new KeyPolicy(KeyType.EC256, false, KeyAccess.OWNER);

  /** This policy with another kind of key. */
  public KeyPolicy with(KeyType other) {
    return new KeyPolicy(other, reuse, access);
  }

  /** This policy with other readers. */
  public KeyPolicy with(KeyAccess other) {
    return new KeyPolicy(type, reuse, other);
  }

  /** This policy with the present key kept. */
  public KeyPolicy reusing() {
    return new KeyPolicy(type, true, access);
  }
}
