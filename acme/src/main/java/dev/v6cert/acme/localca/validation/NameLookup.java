package dev.v6cert.acme.localca.validation;

import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** The way to the addresses of a name. Called from threads of the server; may block. */
@FunctionalInterface
public interface NameLookup {

  /** The system's own resolver, which may know mDNS and a hosts file. */
  NameLookup SYSTEM = name -> List.of(InetAddress.getAllByName(name.text()));

  /**
   * The addresses of a name.
   *
   * @throws IOException when there are none
   */
  List<InetAddress> addresses(HostName name) throws IOException;
}
