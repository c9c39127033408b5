package dev.v6cert.dns.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.dns.lookup.CaaRecords.Property;
import dev.v6cert.dns.lookup.ZoneLookup.ServerReply;
import dev.v6cert.dns.testing.Resources;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Look-ups at a real server, over UDP. */
class LookupIT {

  @RegisterExtension
  static final RunningServer SERVER =
      new RunningServer(builder -> builder.zoneFile(Resources.path("magic.zone")));

  private static Optional<InetSocketAddress> server() {
    return Optional.of(SERVER.address(true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"magic.test", "2001-db8--1.magic.test", "a.b.mail.magic.test"})
  void theCaaRecordsOfTheClosestAncestorHold(String name) throws Exception {
    CaaRecords records = CaaRecords.of(HostName.of(name), server());

    assertThat(records.owner()).contains(HostName.of("magic.test"));
    assertThat(records.properties())
        .containsExactly(new Property(false, "issue", "letsencrypt.org"));
  }

  @Test
  void aRefusalOnTheWayUpIsAFailureThatNamesTheAncestor() {
    assertThatThrownBy(() -> CaaRecords.of(HostName.of("a.elsewhere.test"), server()))
        .isInstanceOf(IOException.class)
        .hasMessage("a.elsewhere.test: REFUSED");
  }

  @Test
  void aZoneIsFoundAboveTheNameAndItsServersAreAsked() throws Exception {
    ZoneLookup lookup = ZoneLookup.of(HostName.of("www.magic.test"), server());

    assertThat(lookup.zone()).contains(HostName.of("magic.test"));
    // Documentation addresses: nobody answers there.
    assertThat(lookup.servers())
        .extracting(ServerReply::server)
        .containsExactly("ns1.magic.test", "ns1.magic.test");
    assertThat(lookup.servers())
        .allSatisfy(one -> assertThat(one.reply()).isInstanceOf(ServerReply.Reply.Silent.class));
  }
}
