package dev.v6cert.ipv6.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Routers as there are: with the faults that are known of them, and with lies. */
class UpnpMapperTest {

  private static final InetAddress ROUTER = InetAddress.ofLiteral("127.0.0.9");
  private static final Ipv4Address OURS = Ipv4Address.parse("127.0.0.1");
  private static final String PUBLIC = "<NewExternalIPAddress>9.9.9.2</NewExternalIPAddress>";

  private final List<String> journal = new ArrayList<>();

  private final class Recorded implements PortMapping.Journal {
    @Override
    public void permanent(OuterPort outer) {
      journal.add("permanent " + outer.text());
    }

    @Override
    public void gone() {
      journal.add("gone");
    }
  }

  private UpnpMapper mapper() {
    return mapper(PortRoute.tcp(80, 8080));
  }

  private UpnpMapper mapper(PortRoute route) {
    return new UpnpMapper(ROUTER, OURS, route, new Recorded());
  }

  /** A router that does all, but for one action. */
  private static FakeRouter.Answers but(String action, FakeRouter.Answers answer) {
    return (asked, request) ->
        asked.equals(action)
            ? answer.to(asked, request)
            : switch (asked) {
              case "GetExternalIPAddress" -> PUBLIC;
              case "GetSpecificPortMappingEntry" -> FakeRouter.fault(714);
              default -> "";
            };
  }

  @ParameterizedTest
  @ValueSource(ints = {725, 402})
  void aRouterThatKnowsNoLeasesIsAskedForEverAndRememberedBefore(int code) throws Exception {
    FakeRouter.Answers answers =
        but(
            "AddPortMapping",
            (_, request) -> {
              boolean permanent = request.contains("<NewLeaseDuration>0</NewLeaseDuration>");
              assertThat(journal).hasSize(permanent ? 1 : 0);
              return permanent ? "" : FakeRouter.fault(code);
            });
    try (FakeRouter router = new FakeRouter(ROUTER, answers)) {
      UpnpMapper mapper = mapper();
      PortMapper.Grant grant = mapper.map();
      assertThat(grant.outside()).hasToString("9.9.9.2");
      assertThat(journal).containsExactly("permanent port 80");
      mapper.release();
      assertThat(journal).containsExactly("permanent port 80", "gone");
      assertThat(router.actions()).endsWith("DeletePortMapping");
    }
  }

  @Test
  void theMappingOfAnotherMachineIsNeverTaken() throws Exception {
    String entry =
        "<NewInternalClient>192.168.7.9</NewInternalClient><NewInternalPort>80</NewInternalPort>"
            + "<NewPortMappingDescription>nas</NewPortMappingDescription>";
    try (FakeRouter router =
        new FakeRouter(ROUTER, but("GetSpecificPortMappingEntry", (_, _) -> entry))) {
      assertThat(reason()).isEqualTo(new NoMapping.Held(OuterPort.tcp(80), "192.168.7.9:80 (nas)"));
      assertThat(router.actions()).doesNotContain("AddPortMapping");
    }
  }

  @Test
  void aConflictWithoutAnEntryIsToldToo() throws Exception {
    try (FakeRouter _ =
        new FakeRouter(ROUTER, but("AddPortMapping", (_, _) -> FakeRouter.fault(718)))) {
      assertThat(reason())
          .isEqualTo(new NoMapping.Held(OuterPort.tcp(80), "a machine that it does not tell"));
    }
  }

  @Test
  void aRouterThatMapsToTheSamePortOnlyIsToldAsThat() throws Exception {
    try (FakeRouter _ =
        new FakeRouter(ROUTER, but("AddPortMapping", (_, _) -> FakeRouter.fault(724)))) {
      assertThat(reason()).isEqualTo(new NoMapping.SamePortOnly(OuterPort.tcp(80)));
    }
  }

  @ParameterizedTest
  @CsvSource({"606, the router refuses: no", "501, the router refuses: no"})
  void aRefusalIsTold(int code, String words) throws Exception {
    try (FakeRouter _ =
        new FakeRouter(ROUTER, but("AddPortMapping", (_, _) -> FakeRouter.fault(code)))) {
      assertThatThrownBy(() -> mapper().map())
          .isInstanceOf(RouterException.class)
          .hasMessageContaining(words);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "", "no address", "192.0.2.1"})
  void anOuterAddressOfNoUseIsNone(String lie) throws Exception {
    String answer = "<NewExternalIPAddress>" + lie + "</NewExternalIPAddress>";
    try (FakeRouter router =
        new FakeRouter(ROUTER, but("GetExternalIPAddress", (_, _) -> answer))) {
      assertThat(reason()).isInstanceOf(NoMapping.BehindAnother.class);
      assertThat(router.actions()).doesNotContain("AddPortMapping");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RAWSLOWLY",
        "RAWgarbage",
        "RAW",
        "RAWHTTP/1.1 200 OK\r\n\r\n<a",
        "RAWHTTP/1.1 302 Found\r\nLocation: http://203.0.113.1/\r\n\r\n",
        "RAWHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffff\r\n",
        "LONG"
      })
  void garbageAndSlownessEndSoon(String answer) throws Exception {
    String text =
        answer.equals("LONG") ? "RAWHTTP/1.1 200 OK\r\n\r\n<a>" + "x".repeat(10_000_000) : answer;
    try (FakeRouter _ = new FakeRouter(ROUTER, (_, _) -> text)) {
      long start = System.nanoTime();
      assertThatThrownBy(() -> mapper().map()).isInstanceOf(IOException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
    }
  }

  @Test
  void aLeftoverOfOursIsTakenAwayAndNoOther() throws Exception {
    for (String client : List.of(OURS.toString(), "192.168.7.9")) {
      String entry =
          "<NewInternalClient>%s</NewInternalClient><NewInternalPort>8080</NewInternalPort>"
                  .formatted(client)
              + "<NewPortMappingDescription>v6cert</NewPortMappingDescription>";
      try (FakeRouter router =
          new FakeRouter(ROUTER, but("GetSpecificPortMappingEntry", (_, _) -> entry))) {
        mapper().removeLeftover();
        assertThat(router.actions().contains("DeletePortMapping"))
            .isEqualTo(client.equals(OURS.toString()));
      }
    }
  }

  @Test
  void aMappingOfUdpIsAskedForToldAndTakenAwayAsSuch() throws Exception {
    PortRoute dns = new PortRoute(new OuterPort(IpProtocol.UDP, 53), 8053);
    String udp = "<NewExternalPort>53</NewExternalPort><NewProtocol>UDP</NewProtocol>";
    List<String> others = new ArrayList<>();
    FakeRouter.Answers answers =
        (action, request) -> {
          if (action.endsWith("PortMapping") || action.startsWith("GetSpecific")) {
            (request.contains(udp) ? new ArrayList<String>() : others).add(request);
          }
          return action.equals("GetExternalIPAddress")
              ? PUBLIC
              : action.startsWith("GetSpecific")
                  ? FakeRouter.fault(714)
                  : request.contains("<NewLeaseDuration>0<") || !action.startsWith("Add")
                      ? ""
                      : FakeRouter.fault(725);
        };
    try (FakeRouter router = new FakeRouter(ROUTER, answers)) {
      UpnpMapper mapper = mapper(dns);
      assertThat(mapper.map().outside()).hasToString("9.9.9.2");
      mapper.release();
      assertThat(router.actions()).contains("AddPortMapping").endsWith("DeletePortMapping");
      assertThat(others).isEmpty();
      assertThat(journal).containsExactly("permanent UDP port 53", "gone");
    }
  }

  private NoMapping reason() {
    NoMappingException e = catchThrowableOfType(NoMappingException.class, () -> mapper().map());
    assertThat(e).isNotNull();
    return e.reason();
  }
}
