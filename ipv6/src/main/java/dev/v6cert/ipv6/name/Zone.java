package dev.v6cert.ipv6.name;

/**
 * A magic zone: the apex under which names carry addresses, such as {@code sslip.io}.
 *
 * @param apex the name of the zone itself; {@link HostName#ROOT} stands for "any suffix"
 */
public record Zone(HostName apex) {

  /**
   * The zone with the given apex; {@code .} is the root.
   *
   * @throws IllegalArgumentException when the text is no DNS name
   */
  public static Zone of(String apex) {
    return new Zone(HostName.of(apex));
  }

  @Override
  public String toString() {
    return apex.toString();
  }
}
