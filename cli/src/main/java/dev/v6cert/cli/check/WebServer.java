package dev.v6cert.cli.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A web server that can hand the CA's requests on to us, and how it is told to. */
enum WebServer {
  NGINX("/etc/nginx/conf.d/v6cert.conf, then: sudo nginx -s reload"),
  APACHE(
      "/etc/apache2/sites-enabled/v6cert.conf,"
          + " then: sudo a2enmod proxy_http && sudo systemctl restart apache2"),
  CADDY("/etc/caddy/Caddyfile, then: sudo systemctl reload caddy");

  /** Where we answer behind it. */
  static final int BEHIND_PORT = 8080;

  /** Where we answer behind it, seen by nobody else. */
  static final String BEHIND_ADDRESS = "::1";

  private static final String CHALLENGES = "/.well-known/acme-challenge/";
  private static final String US = "http://[" + BEHIND_ADDRESS + "]:" + BEHIND_PORT;

  private final String file;

  WebServer(String file) {
    this.file = file;
  }

  /** The one whose processes have the name. */
  static Optional<WebServer> of(String process) {
    return switch (process) {
      case "nginx" -> Optional.of(NGINX);
      case "apache2", "httpd" -> Optional.of(APACHE);
      case "caddy" -> Optional.of(CADDY);
      default -> Optional.empty();
    };
  }

  /** Where the lines go, and what makes it read them. */
  String file() {
    return file;
  }

  /** A site for the hosts (addresses in brackets) that does nothing but hand the CA on. */
  List<String> lines(List<String> hosts) {
    List<String> lines = new ArrayList<>();
    switch (this) {
      case NGINX -> {
        lines.add("server {");
        lines.add("    listen [::]:80;");
        for (String host : hosts) {
          // As an expression: nginx by default refuses plain names of this length.
          lines.add("    server_name ~^" + host.replaceAll("[.\\[\\]]", "\\\\$0") + "$;");
        }
        lines.add("    location " + CHALLENGES + " { proxy_pass " + US + "; }");
        lines.add("}");
      }
      case APACHE -> {
        lines.add("<VirtualHost *:80>");
        lines.add("    ServerName " + hosts.getFirst());
        hosts.stream().skip(1).forEach(host -> lines.add("    ServerAlias " + host));
        lines.add("    ProxyPass " + CHALLENGES + " " + US + CHALLENGES);
        lines.add("</VirtualHost>");
      }
      case CADDY -> {
        lines.add(String.join(", ", hosts.stream().map(host -> "http://" + host).toList()) + " {");
        lines.add("    reverse_proxy " + CHALLENGES + "* [" + BEHIND_ADDRESS + "]:" + BEHIND_PORT);
        lines.add("}");
      }
    }
    return lines;
  }
}
