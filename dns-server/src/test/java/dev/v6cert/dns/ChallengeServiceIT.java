package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.http.ApiClient.Account;
import dev.v6cert.dns.http.Registration;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP API of hosted DNS-01, as its clients use it. */
class ChallengeServiceIT extends ChallengeServiceFixture {

  @Nested
  class Registering {
    @ParameterizedTest
    @ValueSource(
        strings = {"", "null", "{}", "{\"allowfrom\":[]}", "{\"allowfrom\":[\"\"]}", " null\n"})
    void takesEveryBodyThatClientsSend(String body) throws Exception {
      HttpResponse<String> response =
          api.send("POST", "/register", Map.of("Content-Type", "text/plain"), body);
      assertThat(response.statusCode()).isEqualTo(201);
      assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
      assertThat(response.body())
          .matches(
              "\\{\"username\":\"[0-9a-f-]{36}\",\"password\":\"[A-Za-z0-9_-]{40}\","
                  + "\"fulldomain\":\"([0-9a-f-]{36})\\.auth\\.magic\\.test\","
                  + "\"subdomain\":\"\\1\",\"allowfrom\":\\[\\]}");
    }

    @Test
    void takesNetworksInBracketsAsAcmeDnsDoes() throws Exception {
      HttpResponse<String> response =
          api.send("POST", "/register", Map.of(), "{\"allowfrom\":[\"[2001:db8::]/32\"]}");
      assertThat(response.statusCode()).isEqualTo(201);
      assertThat(response.body()).endsWith("\"allowfrom\":[\"2001:db8::/32\"]}");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{               | 400 {\"error\":\"malformed_json_payload\"}",
          "[]              | 400 {\"error\":\"malformed_json_payload\"}",
          "{\"allowfrom\":[1]} | 400 {\"error\":\"malformed_json_payload\"}",
          "{\"allowfrom\":[\"192.0.2.1\"]} | 400 {\"error\":\"invalid_allowfrom_cidr\"}",
          "{\"allowfrom\":[\"192.0.2.0/33\"]} | 400 {\"error\":\"invalid_allowfrom_cidr\"}",
          "{\"allowfrom\":[\"here/24\"]} | 400 {\"error\":\"invalid_allowfrom_cidr\"}",
        })
    void refusesWhatItCannotUse(String body, String answer) throws Exception {
      HttpResponse<String> response = api.send("POST", "/register", Map.of(), body);
      assertThat(response.statusCode() + " " + response.body()).isEqualTo(answer);
    }

    @Test
    void isLimitedForEachNetwork() throws Exception {
      int status = 201;
      int registered = 0;
      while (status == 201 && registered <= 100) {
        status = register("2001:db8:0:1::" + Integer.toHexString(registered + 1)).statusCode();
        registered++;
      }
      assertThat(registered).isEqualTo(101);
      HttpResponse<String> refused = register("2001:db8:0:ff::1");
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(register("2001:db8:0:100::1").statusCode()).isEqualTo(201);
    }

    private HttpResponse<String> register(String client) throws Exception {
      return api.send(
          "POST", "/register", Map.of("X-Forwarded-For", "198.51.100.1, " + client), "");
    }

    @Test
    void canBeClosed() throws Exception {
      restart(Registration.CLOSED);
      assertThat(api.send("POST", "/register", Map.of(), "").statusCode()).isEqualTo(404);
    }

    @Test
    void needsTheTokenInThePathOrByBasicWhereOneIsAskedFor() throws Exception {
      restart(Registration.TOKEN);
      Path file = server.server().hosted().orElseThrow().tokenFile().orElseThrow();
      String token = Files.readString(file).strip();
      assertThat(token).hasSize(40);
      Account account = api.register("/" + token + "/register", "null");
      assertThat(api.update(account, ONE)).startsWith("200 ");
      String basic =
          Base64.getEncoder().encodeToString(("any:" + token).getBytes(StandardCharsets.UTF_8));
      assertThat(
              api.send("POST", "/register", Map.of("Authorization", "Basic " + basic), "")
                  .statusCode())
          .isEqualTo(201);
      for (String path : List.of("/register", "/wrong/register", "//register")) {
        assertThat(api.send("POST", path, Map.of(), "").statusCode()).as(path).isEqualTo(401);
      }
      restart(Registration.TOKEN);
      assertThat(Files.readString(file).strip()).isEqualTo(token);
      assertThat(api.register("/" + token + "/register", "").user()).isNotEmpty();
    }
  }

  @Nested
  class Updating {
    @Test
    void keepsTheTwoNewestValuesAcrossARestart() throws Exception {
      Account account = api.register("/register", "");
      assertThat(api.update(account, ONE)).isEqualTo("200 {\"txt\":\"" + ONE + "\"}");
      assertThat(texts(account)).containsExactly(ONE);
      api.update(account, TWO);
      assertThat(texts(account)).containsExactlyInAnyOrder(ONE, TWO);
      api.update(account, THREE);
      assertThat(texts(account)).containsExactlyInAnyOrder(TWO, THREE);
      api.update(account, TWO);
      api.update(account, ONE);
      restart(Registration.OPEN);
      assertThat(texts(account)).containsExactlyInAnyOrder(ONE, TWO);
      assertThat(api.update(account, THREE)).startsWith("200 ");
    }

    @Test
    void takesMembersInAnyCaseAsGoClientsSendThem() throws Exception {
      Account account = api.register("/register", "{\"AllowFrom\":[\"127.0.0.0/8\"]}");
      String body = "{\"SubDomain\":\"" + account.subdomain() + "\",\"Txt\":\"" + ONE + "\"}";
      assertThat(api.send("POST", "/update", account.headers(), body).statusCode()).isEqualTo(200);
      assertThat(texts(account)).containsExactly(ONE);
    }

    @Test
    void worksBelowAnyPath() throws Exception {
      Account account = api.register("/register", "");
      for (String path : List.of("//update", "/a/update", "/update/")) {
        assertThat(api.send("POST", path, account.headers(), account.update(ONE)).statusCode())
            .as(path)
            .isEqualTo(200);
      }
    }

    @Test
    void tellsEverybodyWhoMayNotNothingButThat() throws Exception {
      Account account = api.register("/register", "");
      Account other = api.register("/register", "");
      Account away = api.register("/register", "{\"allowfrom\":[\"192.0.2.0/24\"]}");
      Account nobody = new Account("nobody", account.key(), account.name(), account.subdomain());
      Account wrong =
          new Account(account.user(), "x".repeat(40), account.name(), account.subdomain());
      Account foreign = new Account(account.user(), account.key(), other.name(), other.subdomain());
      for (Account refused : List.of(nobody, wrong, foreign, away)) {
        assertThat(api.update(refused, ONE)).isEqualTo("401 {\"error\":\"forbidden\"}");
      }
      for (String body : List.of("", "{", "[]", "{\"txt\":\"" + ONE + "\"}")) {
        HttpResponse<String> response = api.send("POST", "/update", account.headers(), body);
        assertThat(response.statusCode() + " " + response.body())
            .as(body)
            .isEqualTo("401 {\"error\":\"forbidden\"}");
      }
      assertThat(api.send("POST", "/update", Map.of(), account.update(ONE)).statusCode())
          .isEqualTo(401);
      assertThat(texts(account)).isEmpty();
      assertThat(texts(other)).isEmpty();
    }

    @Test
    void believesOnlyTheLastAddressOfAProxy() throws Exception {
      Account account = api.register("/register", "{\"allowfrom\":[\"192.0.2.0/24\"]}");
      assertThat(from(account, "192.0.2.9, 203.0.113.1")).isEqualTo(401);
      assertThat(from(account, "203.0.113.1, 192.0.2.9")).isEqualTo(200);
    }

    private int from(Account account, String forwarded) throws Exception {
      Map<String, String> headers = new HashMap<>(account.headers());
      headers.put("X-Forwarded-For", forwarded);
      return api.send("POST", "/update", headers, account.update(ONE)).statusCode();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "short", "11111111111111111111111111111111111111111111", "é"})
    void refusesAValueThatIsNoKeyAuthorization(String value) throws Exception {
      Account account = api.register("/register", "");
      assertThat(api.update(account, value)).isEqualTo("400 {\"error\":\"bad_txt\"}");
    }

    @Test
    void ofOneNameAtATimeByManyLosesNone() throws Exception {
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        List<Future<Account>> accounts = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
          accounts.add(
              threads.submit(() -> {
                Account account = api.register("/register", "");
                assertThat(api.update(account, ONE)).startsWith("200 ");
                assertThat(api.update(account, TWO)).startsWith("200 ");
                return account;
              }));
        }
        for (Future<Account> account : accounts) {
          assertThat(texts(account.get())).containsExactlyInAnyOrder(ONE, TWO);
        }
      }
    }
  }

  @Nested
  class Removing {
    @Test
    void takesOneValueOrAllAndIsKeptAcrossARestart() throws Exception {
      Account account = api.register("/register", "");
      api.update(account, ONE);
      api.update(account, TWO);
      HttpResponse<String> listed = api.send("GET", "/records", account.headers(), "");
      assertThat(listed.body())
          .startsWith("{\"fulldomain\":\"" + account.name() + "\",\"records\":[{")
          .contains("\"txt\":\"" + ONE + "\"", "\"txt\":\"" + TWO + "\"", "\"written\":\"20");
      assertThat(delete(account, account.update(ONE))).isEqualTo(200);
      assertThat(texts(account)).containsExactly(TWO);
      restart(Registration.OPEN);
      assertThat(texts(account)).containsExactly(TWO);
      String all = "{\"subdomain\":\"" + account.subdomain() + "\"}";
      assertThat(delete(account, all)).isEqualTo(200);
      assertThat(texts(account)).isEmpty();
      assertThat(delete(account, all)).isEqualTo(200);
      assertThat(delete(account, "{}")).isEqualTo(401);
      assertThat(api.send("GET", "/records", Map.of(), "").statusCode()).isEqualTo(401);
    }

    private int delete(Account account, String body) throws Exception {
      return api.send("DELETE", "/update", account.headers(), body).statusCode();
    }
  }

  @Nested
  class ByHttpreq {
    @Test
    void aValueIsSetAndRemovedAtTheNameOfTheAccount() throws Exception {
      Account account = api.register("/register", "");
      String body = "{\"fqdn\":\"" + account.name() + ".\",\"value\":\"" + ONE + "\"}";
      assertThat(send("/present", account, body)).isEqualTo(200);
      assertThat(texts(account)).containsExactly(ONE);
      assertThat(send("/cleanup", account, body)).isEqualTo(200);
      assertThat(texts(account)).isEmpty();
      String foreign = "{\"fqdn\":\"www.magic.test.\",\"value\":\"" + ONE + "\"}";
      assertThat(send("/present", account, foreign)).isEqualTo(401);
      String tooShort = "{\"fqdn\":\"" + account.name() + ".\",\"value\":\"x\"}";
      assertThat(send("/present", account, tooShort)).isEqualTo(400);
    }

    @Test
    void theRawModeNamesTheKeyAuthorization() throws Exception {
      Account account = api.register("/register", "");
      String body = "{\"domain\":\"www.example.org\",\"token\":\"abc\",\"keyAuth\":\"abc.def\"}";
      assertThat(send("/present", account, body)).isEqualTo(200);
      assertThat(texts(account)).containsExactly("67MSe_XHxLTkK1FxD0lGwcHQWzMdI3ndFeOlQx7ZNBY");
    }

    private int send(String path, Account account, String body) throws Exception {
      byte[] words = (account.user() + ":" + account.key()).getBytes(StandardCharsets.UTF_8);
      String basic = "Basic " + Base64.getEncoder().encodeToString(words);
      return api.send("POST", path, Map.of("Authorization", basic), body).statusCode();
    }
  }

  @Nested
  class OtherRequests {
    @ParameterizedTest
    @CsvSource({
      "GET, /health, 200",
      "HEAD, /health, 200",
      "GET, /update, 405",
      "POST, /health, 405",
      "GET, /, 404",
      "GET, /elsewhere, 404",
      "OPTIONS, /update, 405",
    })
    void areAnsweredByTheirMethodAndPath(String method, String path, int status) throws Exception {
      assertThat(api.send(method, path, Map.of(), "").statusCode()).isEqualTo(status);
    }

    @Test
    void thatAreTooLargeAreRefused() throws Exception {
      for (int i = 0; i < 20; i++) {
        assertThat(api.send("POST", "/register", Map.of(), "x".repeat(200_000)).statusCode())
            .isEqualTo(413);
      }
      assertThat(api.send("GET", "/health", Map.of(), "").statusCode()).isEqualTo(200);
    }
  }
}
