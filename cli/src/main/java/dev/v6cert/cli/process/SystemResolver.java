package dev.v6cert.cli.process;

import java.net.spi.InetAddressResolver;
import java.net.spi.InetAddressResolverProvider;

/**
 * Names are looked up by the system, whatever the libraries offer. The JDK takes the first provider
 * on the class path: with this one it opens none of the other jars to look for more.
 */
public final class SystemResolver extends InetAddressResolverProvider {

  @Override
  public InetAddressResolver get(Configuration configuration) {
    return configuration.builtinResolver();
  }

  @Override
  public String name() {
    return "v6cert";
  }
}
