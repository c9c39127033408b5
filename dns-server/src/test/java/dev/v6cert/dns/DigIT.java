package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The view of an operator who asks with dig. */
class DigIT {
  @RegisterExtension static final RunningServer SERVER = new RunningServer();

  @ParameterizedTest
  @CsvSource({
    "'2001-db8--1.magic.test AAAA +short', 2001:db8::1",
    "'2001-db8--1.magic.test AAAA +short +tcp', 2001:db8::1",
    "'192-0-2-7.magic.test A +short +noedns', 192.0.2.7",
    "'192-0-2-7.magic.test A +dnssec +nsid +cookie', 'status: NOERROR'",
    "'www.magic.test MX', 'hostmaster.magic.test. 1 14400 3600 1209600 300'",
    "'magic.test NS +short', ns2.elsewhere.test.",
    "'192-0-2-7.magic.test A +edns=1 +noednsneg', 'status: BADVERS'",
    "'example.org A', 'status: REFUSED'",
    "'magic.test AXFR', 'Transfer failed.'",
  })
  void prints(String query, String expected) throws IOException, InterruptedException {
    for (boolean ipv6 : new boolean[] {false, true}) {
      List<String> command = new ArrayList<>();
      command.add(Program.find("dig", "bind9-dnsutils"));
      command.add("@" + SERVER.address(ipv6).getAddress().getHostAddress());
      command.add("-p" + SERVER.address(ipv6).getPort());
      command.add("+norecurse");
      command.addAll(List.of(query.split(" ", -1)));
      String output = Program.output(command.toArray(String[]::new));
      assertThat(output).contains(expected).doesNotContainIgnoringCase("warning");
    }
  }
}
