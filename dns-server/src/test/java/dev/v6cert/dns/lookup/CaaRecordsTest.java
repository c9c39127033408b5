package dev.v6cert.dns.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.lookup.CaaRecords.Property;
import dev.v6cert.dns.lookup.CaaRecords.Verdict;
import dev.v6cert.ipv6.name.HostName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaaRecordsTest {

  private static final String ACCOUNT = "https://ca.example/acct/1";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "0 iodef mailto:a@b.example | Allowed",
        "0 issuewild ; | Allowed",
        "0 issue ca.example | Allowed",
        "0 ISSUE CA.Example | Allowed",
        "0 issue other.example & 0 issue ca.example | Allowed",
        "0 issue ; | OtherIssuers",
        "0 issue other.example | OtherIssuers",
        "0 issue not-ca.example | OtherIssuers",
        "128 issue ca.example | Allowed",
        "128 future x & 0 issue ca.example | UnknownCritical",
        "0 future x | Allowed",
        "0 issue ca.example; validationmethods=dns-01 | OtherMethods",
        "0 issue ca.example; validationmethods=dns-01,http-01 | Allowed",
        "0 issue ca.example; accounturi=https://ca.example/acct/1 | Allowed",
        "0 issue ca.example; accounturi=https://ca.example/acct/2 | OtherAccount",
        "0 issue ca.example;accounturi=https://ca.example/acct/2 & 0 issue ca.example | Allowed",
        "0 issue ca.example; policy=ev | Allowed",
      })
  void letAnAuthoritySignOrNotAsRfc8659And8657Say(String records, String verdict) {
    List<Property> properties = new ArrayList<>();
    for (String record : records.split(" & ", -1)) {
      String[] words = record.split(" ", 3);
      properties.add(
          new Property(
              words[0].equals("128"), words[1].toLowerCase(java.util.Locale.ROOT), words[2]));
    }
    CaaRecords caa = new CaaRecords(Optional.of(HostName.of("a.example")), properties);

    Verdict found =
        caa.verdict(
            List.of("ca.example", "ca.example.net"), Optional.of(ACCOUNT), "http-01", false);

    assertThat(found.getClass().getSimpleName()).isEqualTo(verdict);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 issue ca.example | Allowed",
        "0 issue ca.example & 0 issuewild ; | OtherIssuers",
        "0 issue ; & 0 issuewild ca.example | Allowed",
        "0 issuewild other.example | OtherIssuers",
        "0 iodef mailto:a@b.example | Allowed",
      })
  void ofAWildcardGoByIssuewildFirst(String records, String verdict) {
    List<Property> properties = new ArrayList<>();
    for (String record : records.split(" & ", -1)) {
      String[] words = record.split(" ", 3);
      properties.add(new Property(false, words[1], words[2]));
    }
    CaaRecords caa = new CaaRecords(Optional.of(HostName.of("a.example")), properties);

    Verdict found = caa.verdict(List.of("ca.example"), Optional.of(ACCOUNT), "dns-01", true);

    assertThat(found.getClass().getSimpleName()).isEqualTo(verdict);
  }
}
