package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.cli.dns.StableName;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.AnnounceSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.RecordSettings;
import dev.v6cert.cli.plan.ChosenAddress;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.update.UpdateClient;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.AddressSelector;
import dev.v6cert.ipv6.selection.Selection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A name of one's own that leads to this machine.
 *
 * @param addresses what it leads to
 * @param changed whether it led elsewhere before, or may have
 */
public record Announcement(HostName name, List<IpAddress> addresses, boolean changed) {

  /** Copies the addresses. */
  public Announcement {
    addresses = List.copyOf(addresses);
  }

  /**
   * Has the name lead to this machine's addresses.
   *
   * @throws CliFailureException when settings are missing, or there is no public address
   * @throws AcmeFailureException when the name server does not take that
   * @throws FileFailure when the key file cannot be used
   */
  public static Announcement make(HostName name, Settings settings)
      throws AcmeFailureException,
          CliFailureException,
          FileFailure,
          IOException,
          InterruptedException {
    StableName stable = new StableName(client(settings), name);
    List<IpAddress> addresses = addresses(settings);
    return new Announcement(
        name, addresses, stable.leadTo(addresses, settings.value(AnnounceSettings.TTL)));
  }

  private static UpdateClient client(Settings settings) throws CliFailureException, FileFailure {
    for (Setting<?> needed : List.of(RecordSettings.RFC2136, RecordSettings.TSIG_KEY)) {
      if (!settings.isSet(needed)) {
        throw CliFailureException.usage(
            "announce needs " + needed.flag(),
            "v6cert announce NAME --rfc2136 SERVER --tsig-key FILE; see docs/stable-name.md");
      }
    }
    return UpdateClient.of(
        settings.find(RecordSettings.RFC2136).orElseThrow(),
        settings.find(RecordSettings.TSIG_KEY).orElseThrow());
  }

  /** The address that is asked for, or the best one of each family. */
  private static List<IpAddress> addresses(Settings settings)
      throws CliFailureException, IOException, InterruptedException {
    Optional<IpAddress> given = settings.find(NameSettings.ADDRESS);
    if (given.isPresent()) {
      return List.of(given.get());
    }
    ChosenAddress best = ChosenAddress.find(settings);
    if (best.known().isEmpty()
        && new AddressFinder().look(new AddressSelector()) instanceof Selection.NoneSuitable none) {
      throw new CliFailureException(ChosenAddress.failure(none, settings));
    }
    List<IpAddress> addresses = new ArrayList<>();
    addresses.add(best.address());
    best.otherFamily(settings).map(ChosenAddress::address).ifPresent(addresses::add);
    return addresses.stream().distinct().toList();
  }

  /** The name and its addresses, as a sentence without its stop. */
  public String text() {
    return name
        + " leads to "
        + addresses.stream().map(IpAddress::toString).collect(Collectors.joining(" and "));
  }
}
