package dev.v6cert.acme.challenge;

import javax.management.MBeanServer;
import javax.management.MBeanServerBuilder;
import javax.management.MBeanServerDelegate;

/**
 * No management beans. XNIO registers its own whether or not anybody looks at them, and does
 * without where that fails; the server for them and the JDK's beans in it would be four hundred
 * classes. One that an agent has begun when the process started stays.
 */
public final class NoJmxServerBuilder extends MBeanServerBuilder {

  /** The JDK makes one, by its name. */
  public NoJmxServerBuilder() {}

  /** From now on, no server for beans is made. */
  public static void set() {
    System.getProperties()
        .putIfAbsent("javax.management.builder.initial", NoJmxServerBuilder.class.getName());
  }

  /**
   * Makes none.
   *
   * @throws IllegalStateException always
   */
  @Override
  public MBeanServer newMBeanServer(
      String domain, MBeanServer outer, MBeanServerDelegate delegate) {
    throw new IllegalStateException("management beans are off in this process");
  }
}
