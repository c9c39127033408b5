package dev.v6cert.cli.provision;

import dev.v6cert.acme.lineage.AddressPlan;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.dns.lookup.ObservedAddress;
import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.router.OuterAddress;
import dev.v6cert.ipv6.router.PortRoute;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.AddressSelector;
import dev.v6cert.ipv6.selection.LanAddress;
import dev.v6cert.ipv6.selection.Selection;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The machine's addresses of today, beside those that lineages are for; looked at once a run. */
public final class AddressFollower {

  /** By what is looked for; as text, since the hash of a record is made anew by every process. */
  private final Map<String, Optional<IpAddress>> targets = new HashMap<>();

  /** The plan for the lineage's next certificate: its own, or that of another address. */
  Lineage.Plan plan(Lineage lineage) {
    Optional<AddressPlan> own = lineage.plan().follows();
    return own.isPresent() ? plan(lineage.plan(), own.get()) : lineage.plan();
  }

  private Lineage.Plan plan(Lineage.Plan lineage, AddressPlan own) {
    Optional<IpAddress> to = target(lineage, own);
    Optional<Ipv4Address> besideTo =
        own.beside().flatMap(ipv4 -> target(ipv4, own.onInterface())).map(Ipv4Address.class::cast);
    return to.isEmpty() && besideTo.isEmpty()
        ? lineage
        : own.moved(lineage, to.orElse(own.address()), besideTo.or(own::beside));
  }

  /** Whether the names of the lineage's next certificate would be others. */
  public boolean change(Lineage lineage) {
    return !plan(lineage).request().subjects().equals(lineage.plan().request().subjects());
  }

  /**
   * Whether the machine has another address of the family, and no longer the one that the lineage's
   * name leads to; where that is the router's, whether the router tells another one, and where the
   * zone's name servers see it, whether they do. Of a machine without any, such as a laptop on the
   * road, nothing is said.
   */
  public boolean isGone(Lineage lineage) {
    Optional<AddressPlan> plan = lineage.plan().follows();
    try {
      return plan.isPresent()
          && !isOfLan(lineage.plan(), plan.get())
          && isGone(lineage.plan(), plan.get());
    } catch (IOException e) {
      return false; // What cannot be seen is no reason to worry.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private boolean isGone(Lineage.Plan lineage, AddressPlan plan)
      throws IOException, InterruptedException {
    if (plan.outside()) {
      return target(lineage, plan).isPresent();
    }
    return lineage.responder().mapped() ? hasOther(plan, route(lineage)) : isGone(plan);
  }

  /** The port that the router is asked for first. */
  private static PortRoute route(Lineage.Plan lineage) {
    return lineage.responder().inbound(lineage.request().subjects()).getFirst();
  }

  private static boolean hasOther(AddressPlan plan, PortRoute route) {
    return OuterAddress.told(route).filter(outside -> !outside.equals(plan.address())).isPresent();
  }

  private static boolean isGone(AddressPlan plan) throws IOException, InterruptedException {
    for (IpAddress address : plan.addresses()) {
      if (new AddressFinder().find(new AddressSelector().of(address.family()))
              instanceof Selection.Chosen chosen
          && chosen.listing().addresses().stream().noneMatch(it -> it.address().equals(address))) {
        return true;
      }
    }
    return false;
  }

  /** Whether it is for an address of the local network, by the local CA or one in that network. */
  private static boolean isOfLan(Lineage.Plan lineage, AddressPlan plan) {
    return lineage.request().authority().isLocal() || !plan.address().scope().isPublic();
  }

  private Optional<IpAddress> target(Lineage.Plan lineage, AddressPlan plan) {
    if (isOfLan(lineage, plan)) {
      String sought = plan.address() + "%lan%" + plan.onInterface().orElse("");
      return targets.computeIfAbsent(sought, _ -> lookInLan(plan));
    }
    if (plan.outside() && plan.name().isPresent()) {
      return targets.computeIfAbsent(
          plan.address() + "%outside", _ -> seenOutside(plan, plan.name().get()));
    }
    boolean mapped = lineage.responder().mapped();
    return mapped
        ? targets.computeIfAbsent(plan.address() + "%router", _ -> ofRouter(plan, route(lineage)))
        : target(plan.address(), plan.onInterface());
  }

  /** The address of the local network that took the place of the present one. */
  private static Optional<IpAddress> lookInLan(AddressPlan plan) {
    try {
      return new LanAddress(
              Optional.of(plan.address()), plan.onInterface(), Optional.of(plan.address().family()))
          .find()
          .map(InterfaceAddress::address)
          .filter(address -> !address.equals(plan.address()));
    } catch (IOException e) {
      return Optional.empty(); // What cannot be seen is no reason to move.
    }
  }

  /** The address that the name's zone sees, where that is another one now. */
  private static Optional<IpAddress> seenOutside(AddressPlan plan, HostName name) {
    try {
      return ObservedAddress.of(plan.zone(name))
          .filter(seen -> seen.scope().isPublic() && !seen.equals(plan.address()))
          .map(seen -> seen);
    } catch (IOException e) {
      return Optional.empty(); // What cannot be seen is no reason to move.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /** The router's address where it has another one now; one that does not answer has the same. */
  private static Optional<IpAddress> ofRouter(AddressPlan plan, PortRoute route) {
    return OuterAddress.find(route)
        .filter(outside -> !outside.equals(plan.address()))
        .map(outside -> outside);
  }

  private Optional<IpAddress> target(IpAddress present, Optional<String> onInterface) {
    return targets.computeIfAbsent(
        present + "%" + onInterface.orElse(""), _ -> look(present, onInterface));
  }

  private static Optional<IpAddress> look(IpAddress present, Optional<String> onInterface) {
    AddressSelector selector = new AddressSelector().of(present.family()).keeping(present);
    selector = onInterface.map(selector::onInterface).orElse(selector);
    try {
      return target(present, new AddressFinder().find(selector));
    } catch (IOException e) {
      return Optional.empty(); // What cannot be seen is no reason to move.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  /**
   * The address to move to; empty to stay. A machine without a usable address stays, and so does
   * one that has the present address still and could only change it for a temporary one: that would
   * be gone in a day, and the next one after it.
   */
  static Optional<IpAddress> target(IpAddress present, Selection selection) {
    if (!(selection instanceof Selection.Chosen chosen)
        || chosen.address().address().equals(present)) {
      return Optional.empty();
    }
    InterfaceAddress best = chosen.address();
    boolean stillThere =
        selection.listing().addresses().stream()
            .anyMatch(it -> it.address().equals(present) && !it.is(AddressFlag.DADFAILED));
    return stillThere && best.is(AddressFlag.TEMPORARY)
        ? Optional.empty()
        : Optional.of(best.address());
  }
}
