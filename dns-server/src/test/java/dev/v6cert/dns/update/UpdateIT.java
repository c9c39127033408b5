package dev.v6cert.dns.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Reply;
import dev.v6cert.testing.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** RFC 2136 with TSIG: nsupdate as it is. */
class UpdateIT {
  @RegisterExtension static final RunningUpdateServer updates = new RunningUpdateServer();

  @TempDir Path home;
  private String nsupdate = "";

  @BeforeEach
  void find() {
    nsupdate = Program.find("nsupdate", "bind9-dnsutils");
  }

  private String run(String algorithm, String way, String commands) throws Exception {
    Path script =
        Files.writeString(
            home.resolve("script"),
            "server 127.0.0.1 "
                + updates.server().address(false).getPort()
                + "\nzone auth.magic.test\n"
                + commands
                + "\nsend\n");
    return Program.output(
        nsupdate,
        way,
        "-t",
        "5",
        "-y",
        algorithm + ":" + algorithm + ":" + RunningUpdateServer.BASE64,
        script.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hmac-md5",
        "hmac-sha1",
        "hmac-sha224",
        "hmac-sha256",
        "hmac-sha384",
        "hmac-sha512"
      })
  void signsWithEveryAlgorithm(String algorithm) throws Exception {
    String name = "x." + algorithm + ".auth.magic.test";
    assertThat(run(algorithm, "-v", "add " + name + " 60 TXT one")).isEmpty();
    assertThat(run(algorithm, "-d", "add " + name + " 60 TXT two")).contains("NOERROR");
    assertThat(updates.texts("x." + algorithm)).containsExactlyInAnyOrder("one", "two");
    assertThat(run(algorithm, "-v", "delete " + name + " TXT one")).isEmpty();
    assertThat(updates.texts("x." + algorithm)).containsExactly("two");
    assertThat(run(algorithm, "-v", "delete " + name + " TXT")).isEmpty();
    assertThat(updates.ask("x." + algorithm, Type.TXT).rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @ParameterizedTest
  @CsvSource({
    "prereq nxdomain there, YXDOMAIN",
    "prereq yxdomain absent, NXDOMAIN",
    "prereq nxrrset there TXT, YXRRSET",
    "prereq yxrrset there A, NXRRSET",
    "prereq yxrrset there TXT other, NXRRSET",
    "prereq yxrrset there TXT here, ''",
    "prereq yxdomain there, ''",
    "prereq nxdomain absent, ''",
    "prereq nxrrset there A, ''",
  })
  void changesNothingWhereAPrerequisiteFails(String prerequisite, String rcode) throws Exception {
    String zone = ".hmac-sha256.auth.magic.test";
    assertThat(
            run(
                "hmac-sha256",
                "-v",
                "delete there"
                    + zone
                    + "\ndelete new"
                    + zone
                    + "\nadd there"
                    + zone
                    + " 60 TXT here"))
        .isEmpty();
    String whole =
        prerequisite.replace(" there", " there" + zone).replace(" absent", " absent" + zone);
    String output = run("hmac-sha256", "-v", whole + "\nadd new" + zone + " 60 TXT new");
    assertThat(updates.texts("new.hmac-sha256")).hasSize(rcode.isEmpty() ? 1 : 0);
    if (rcode.isEmpty()) {
      assertThat(output).isEmpty();
    } else {
      assertThat(output).contains("update failed: " + rcode);
    }
  }

  @Test
  void isRefusedOutsideOfItsGrantsAndThenChangesNothing() throws Exception {
    String own = "add own.hmac-sha256.auth.magic.test 60 TXT own";
    for (String other :
        List.of(
            "add other.auth.magic.test 60 TXT x",
            "add own.hmac-sha256.auth.magic.test 60 A 192.0.2.1",
            "add host.auth.magic.test 60 TXT x",
            "delete auth.magic.test NS",
            "add auth.magic.test 60 TXT x")) {
      long before = updates.serial();
      assertThat(run("hmac-sha256", "-v", own + "\n" + other)).as(other).contains("REFUSED");
      assertThat(updates.texts("own.hmac-sha256")).isEmpty();
      assertThat(updates.serial()).isEqualTo(before);
    }
    assertThat(run("hmac-sha256", "-v", own + "\nadd www.magic.test 60 TXT x")).contains("NOTZONE");
    assertThat(updates.texts("own.hmac-sha256")).isEmpty();
  }

  @Test
  void findsTheZoneByASignedQuery() throws Exception {
    Path script =
        Files.writeString(
            home.resolve("script"),
            "server 127.0.0.1 "
                + updates.server().address(false).getPort()
                + "\nadd found.hmac-sha256.auth.magic.test 60 TXT found\nsend\n");
    String key = "hmac-sha256:hmac-sha256:" + RunningUpdateServer.BASE64;
    assertThat(Program.output(nsupdate, "-t", "5", "-y", key, script.toString())).isEmpty();
    assertThat(updates.texts("found.hmac-sha256")).containsExactly("found");
  }

  @Test
  void keepsAnAddressOfAStableName() throws Exception {
    String name = "host.auth.magic.test";
    assertThat(
            run(
                "hmac-sha256",
                "-v",
                "delete " + name + " AAAA\nadd " + name + " 60 AAAA 2001:db8::1"))
        .isEmpty();
    assertThat(
            run(
                "hmac-sha256",
                "-v",
                "delete " + name + " AAAA\nadd " + name + " 60 AAAA 2001:db8::2"))
        .isEmpty();
    Reply reply = updates.ask("host", Type.AAAA);
    assertThat(reply.answerData()).containsExactly("2001:db8:0:0:0:0:0:2");
    assertThat(reply.answer().getFirst().getTTL()).isEqualTo(60);
    long before = updates.serial();
    assertThat(
            run(
                "hmac-sha256",
                "-v",
                "delete " + name + " AAAA\nadd " + name + " 60 AAAA 2001:db8::3"))
        .isEmpty();
    assertThat(updates.serial()).isEqualTo(before + 1);
  }
}
