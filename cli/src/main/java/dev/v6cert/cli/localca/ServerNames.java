package dev.v6cert.cli.localca;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.cli.option.LocalCaSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.detect.AddressSources;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.MagicName;
import dev.v6cert.ipv6.name.NameResult;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.ipv6.selection.LanAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The names and addresses by which peers reach the server, as the machine is at this moment. */
final class ServerNames {

  private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

  private final Settings settings;

  ServerNames(Settings settings) {
    this.settings = settings;
  }

  /** All of them: typed names, then addresses with their magic names, then loopback's. */
  List<Subject> all() {
    Set<Subject> names = new LinkedHashSet<>();
    for (HostName typed : settings.values(LocalCaSettings.NAME)) {
      names.add(new Subject.Dns(typed));
    }
    for (IpAddress address : addresses()) {
      names.add(new Subject.Ip(address));
      for (Zone zone : settings.value(NameSettings.ZONE)) {
        if (MagicName.format(address, zone) instanceof NameResult.Safe safe) {
          names.add(new Subject.Dns(safe.name()));
        }
      }
    }
    LOOPBACK.forEach(name -> names.add(Subject.parse(name)));
    return List.copyOf(names);
  }

  private List<IpAddress> addresses() {
    InetAddress listen = settings.value(LocalCaSettings.LISTEN).getAddress();
    if (!listen.isAnyLocalAddress()) {
      return List.of(IpAddress.from(listen));
    }
    List<IpAddress> addresses = new ArrayList<>();
    try {
      for (InterfaceAddress one : AddressSources.ofThisMachine().full().read().addresses()) {
        if (isInUrls(one.address())) {
          addresses.add(one.address());
        }
      }
    } catch (IOException e) {
      // The names and loopback are left.
    }
    return addresses;
  }

  /** A link-local address needs an interface, which no URL has. */
  private static boolean isInUrls(IpAddress address) {
    return NameConstraints.isPrivate(address) && address.scope() != AddressScope.LINK_LOCAL;
  }

  /** The name that peers are told: one that was typed, or the address in the LAN. */
  Subject first() {
    List<HostName> typed = settings.values(LocalCaSettings.NAME);
    if (!typed.isEmpty()) {
      return new Subject.Dns(typed.getFirst());
    }
    InetAddress listen = settings.value(LocalCaSettings.LISTEN).getAddress();
    if (!listen.isAnyLocalAddress()) {
      return new Subject.Ip(IpAddress.from(listen));
    }
    try {
      Optional<InterfaceAddress> lan =
          new LanAddress(Optional.empty(), Optional.empty(), Optional.empty()).find();
      return lan.<Subject>map(one -> new Subject.Ip(one.address()))
          .orElseGet(() -> Subject.parse(LOOPBACK.getFirst()));
    } catch (IOException e) {
      return Subject.parse(LOOPBACK.getFirst());
    }
  }
}
