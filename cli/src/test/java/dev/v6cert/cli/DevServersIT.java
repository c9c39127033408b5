package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code up} before the dev servers that people have, as they come: each refuses foreign names, and
 * none is told of ours. With {@code v6cert.servers.whole} the slow one, too.
 */
class DevServersIT {

  private static final String DONE = DevServers.URL + "/done";

  static TestNetwork network;

  DevServers servers;

  @BeforeAll
  static void make(@TempDir Path home) throws Exception {
    network = TestNetwork.create(home, settings -> settings);
    network
        .internet()
        .run("mount", "--bind", home.resolve("resolv.conf").toString(), "/etc/resolv.conf");
  }

  @AfterAll
  static void end() {
    if (network != null) {
      network.close();
    }
  }

  @BeforeEach
  void begin(@TempDir Path home) throws Exception {
    servers = new DevServers(network, home);
  }

  @AfterEach
  void stop() throws Exception {
    if (servers != null) {
      servers.close();
    }
  }

  @Test
  void vite() throws Exception {
    servers.serve("vite", 5173, servers.node("vite/bin/vite.js", "--port", "5173", "--strictPort"));
    String link = servers.up("5173", "--public");

    assertThat(servers.foreign(5173)).isEqualTo("403");
    assertThat(servers.curl(link)).contains("/main.js").contains("/@vite/client");
    assertThat(servers.curl(link + "text.js")).contains("first text");
    assertThat(servers.curl("-i", link + "login"))
        .contains("location: " + link + "?in")
        .contains("set-cookie: session=1; Path=/\r\n");
    String token = find("wsToken = \"([^\"]+)\"", servers.curl(link + "@vite/client"));
    servers.expectHotReload(
        "/?token=" + token, "vite/text.js", "\"type\":\"update\".*text\\.js", "vite-hmr");
  }

  @Test
  void webpack() throws Exception {
    servers.serve("webpack", 8080, servers.node("webpack/bin/webpack.js", "serve"));
    String link = servers.up("8080", "--public");

    assertThat(servers.foreign(8080)).isEqualTo("403");
    assertThat(servers.curl(link)).contains("webpack behind v6cert");
    assertThat(servers.curl(link + "main.js")).contains("first text");
    assertThat(servers.curl("-i", link + "login"))
        .contains("location: " + link + "?in")
        .contains("set-cookie: session=1; Path=/\r\n");
    servers.expectHotReload("/ws", "webpack/text.js", "\"type\":\"hash\"");
  }

  @Test
  void django() throws Exception {
    List<String> command = List.of(DevServers.django(), "app.py", "runserver", "8000");
    servers.serve("django", 8000, command);
    String link = servers.up("8000", "--public");
    String jar = servers.app("cookies").toString();

    assertThat(servers.foreign(8000)).isEqualTo("400");
    String token = find("value=([^>]+)>", servers.curl("-c", jar, link));
    String form = "csrfmiddlewaretoken=" + token;
    String done =
        servers.curl("-i", "-b", jar, "-H", "Origin: " + DevServers.URL, "-d", form, link);
    assertThat(done).contains("location: " + DONE).contains("set-cookie: session=1; Path=/\r\n");
    assertThat(servers.curl("-i", "-b", jar, "-H", "Origin: https://x.example", "-d", form, link))
        .startsWith("HTTP/2 403");
    assertThat(servers.curl(DONE)).isEqualTo("inside");
  }

  @Test
  void rails() throws Exception {
    servers.serve("rails", 3001, DevServers.rails("-b", "tcp://127.0.0.1:3001", "config.ru"));
    String link = servers.up("3001", "--public");
    String jar = servers.app("cookies").toString();

    assertThat(servers.foreign(3001)).isEqualTo("403");
    String page = servers.curl("-c", jar, link);
    String form = "authenticity_token=" + find("value=\"([^\"]+)\"", page);
    String[] post = {"-i", "-b", jar, "--data-urlencode", form, link, "-H"};
    assertThat(servers.curl(with(post, "Origin: " + DevServers.URL)))
        .startsWith("HTTP/2 302")
        .contains("location: " + DONE)
        .contains("set-cookie: seen=1; path=/; SameSite=Lax\r\n");
    assertThat(servers.curl(with(post, "Origin: https://x.example"))).startsWith("HTTP/2 422");
    assertThat(servers.curl(DONE)).isEqualTo("inside");
  }

  private static String[] with(String[] words, String last) {
    return Stream.concat(Stream.of(words), Stream.of(last)).toArray(String[]::new);
  }

  @Test
  @EnabledIfSystemProperty(named = "v6cert.servers.whole", matches = "true")
  void next() throws Exception {
    servers.serve("next", 3000, servers.node("next/dist/bin/next", "dev"));
    String link = servers.up("3000", "--public");

    String page = servers.curl(link);
    assertThat(page).contains("first text");
    String chunk = find("src=\"(/_next/static/chunks/[^\"]+)\"", page);
    assertThat(servers.curl("-i", "-H", "Origin: " + DevServers.URL, DevServers.URL + chunk))
        .startsWith("HTTP/2 200");
    String action = find("name=\"(\\$ACTION_ID_[0-9a-f]+)\"", page);
    assertThat(servers.curl("-i", "-H", "Origin: " + DevServers.URL, "-F", action + "=", link))
        .contains("location: /done")
        .contains("set-cookie: session=1; Path=/");
    assertThat(servers.curl(DONE)).contains("inside");
    servers.expectHotReload("/_next/hmr?id=a", "next/app/page.js", "serverComponentChanges");
  }

  private static String find(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(pattern + " in " + text).isTrue();
    return matcher.group(1);
  }
}
