package dev.v6cert.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure.BindProblem;
import dev.v6cert.acme.AcmeFailure.CannotBind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The ways out where another name server has port 53. */
class NameServerTextTest {

  @ParameterizedTest
  @CsvSource({
    "systemd-resolve, DNSStubListenerExtra=",
    "dnsmasq, except-interface=",
    "named, '!2001:db8::1; any;'",
    "unbound, unbound.conf",
    "knotd, have knotd listen",
    "java, v6cert-dns.service takes the records of obtain",
    "something, '--pre-hook, --post-hook'",
  })
  void nameTheSettingOfTheProgramThatHasIt(String program, String setting) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 53);
    CannotBind taken =
        new CannotBind(
            address, BindProblem.TAKEN, List.of(new CannotBind.Holder(address, 7, program)));

    ErrorText error = ErrorTexts.of(taken);

    assertThat(error.why()).isEqualTo(program + " (process 7) has [2001:db8::1]:53");
    assertThat(error.next()).contains(setting);
    assertThat(error.status()).isEqualTo(ExitStatus.NOT_PERMITTED);
  }
}
