package dev.v6cert.ipv6.router;

import static dev.v6cert.ipv6.router.UpnpService.element;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** UPnP's Internet Gateway Device, version 2: the service WANIPv6FirewallControl:1. */
final class Igd implements Pinhole.Protocol {

  private static final String SERVICE = "urn:schemas-upnp-org:service:WANIPv6FirewallControl:1";
  private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");

  private final InetAddress router;
  private final Ipv6Address address;
  private final int port;
  private final IpProtocol transport;
  private Optional<UpnpService> service = Optional.empty();
  private Optional<String> id = Optional.empty();

  Igd(InetAddress router, Ipv6Address address, int port, IpProtocol transport) {
    this.transport = transport;
    this.router = router;
    this.address = address;
    this.port = port;
  }

  @Override
  public String name() {
    return "UPnP";
  }

  @Override
  public synchronized void open() throws IOException {
    if (service.isEmpty()) {
      List<String> only = List.of(SERVICE);
      service = Optional.of(UpnpService.find(router, address, only, only).getFirst());
    }
    String lease = Long.toString(Pinhole.LEASE.toSeconds());
    if (id.isPresent()) {
      String _ =
          service
              .get()
              .act("UpdatePinhole", element("UniqueID", id.get()) + element("NewLeaseTime", lease));
      return;
    }
    String answer =
        service
            .get()
            .act(
                "AddPinhole",
                element("RemoteHost", "")
                    + element("RemotePort", "0")
                    + element("InternalClient", address.toString())
                    + element("InternalPort", Integer.toString(port))
                    + element("Protocol", Integer.toString(transport.number()))
                    + element("LeaseTime", lease));
    id = RouterXml.text(answer, "UniqueID").filter(text -> NUMBER.matcher(text).matches());
    if (id.isEmpty()) {
      throw new RouterException("the router's answer has no UniqueID");
    }
  }

  @Override
  public synchronized void close() {
    if (service.isPresent() && id.isPresent()) {
      try {
        String _ = service.get().act("DeletePinhole", element("UniqueID", id.get()));
      } catch (IOException e) {
        // The lease ends it.
      }
    }
  }
}
