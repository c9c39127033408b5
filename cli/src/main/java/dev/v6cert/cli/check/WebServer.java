package dev.v6cert.cli.check;

import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.name.MagicName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A web server that can hand the CA's requests on to us, and how it is told to. */
enum WebServer {
  NGINX("/etc/nginx/conf.d/v6cert.conf, then: sudo nginx -s reload"),
  APACHE(
      "/etc/apache2/sites-enabled/v6cert.conf,"
          + " then: sudo a2enmod proxy_http && sudo systemctl restart apache2"),
  CADDY("/etc/caddy/Caddyfile, then: sudo systemctl reload caddy");

  /** The address at which we answer behind it. */
  static final int BEHIND_PORT = 8080;

  /** The address at which we answer behind it, reachable only from this machine. */
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

  /** The file for the lines, and the command that makes the server read them. */
  String file() {
    return file;
  }

  /** A site of these names that does nothing but hand the CA on. */
  List<String> lines(ServedNames site) {
    List<String> lines = new ArrayList<>();
    switch (this) {
      case NGINX -> {
        lines.add("server {");
        lines.add("    listen [::]:80;");
        // As expressions: nginx by default refuses plain names of this length.
        site.zones().forEach(zone -> lines.add(expression("[0-9a-f-]+" + escaped("." + zone))));
        site.names().forEach(name -> lines.add(expression(escaped(name))));
        if (!site.addresses().isEmpty()) {
          lines.add(expression("\\[[0-9a-f:.]+\\]"));
        }
        lines.add("    location " + CHALLENGES + " { proxy_pass " + US + "; }");
        lines.add("}");
      }
      case APACHE -> {
        lines.add("<VirtualHost *:80>");
        lines.add("    ServerName v6cert.invalid");
        site.hosts("*").forEach(host -> lines.add("    ServerAlias " + host));
        if (!site.addresses().isEmpty()) {
          lines.add("    ServerAlias *:*"); // It takes the brackets off; no name has a colon.
        }
        lines.add("    ProxyPass " + CHALLENGES + " " + US + CHALLENGES);
        lines.add("</VirtualHost>");
      }
      case CADDY -> {
        List<String> hosts = site.hosts("*");
        hosts.addAll(site.addresses()); // It knows no pattern for these.
        lines.add(String.join(", ", hosts.stream().map(host -> "http://" + host).toList()) + " {");
        lines.add("    reverse_proxy " + CHALLENGES + "* [" + BEHIND_ADDRESS + "]:" + BEHIND_PORT);
        lines.add("}");
      }
    }
    return lines;
  }

  private static String expression(String pattern) {
    return "    server_name ~^" + pattern + "$;";
  }

  private static String escaped(String host) {
    return host.replace(".", "\\.");
  }

  /**
   * The names of a site that is to outlive the machine's address: of magic names their zones, as
   * the next address has another name in them.
   *
   * @param zones the zones whose magic names are meant, all of them
   * @param names names that carry no address
   * @param addresses addresses, those of IPv6 in brackets
   */
  record ServedNames(Set<String> zones, Set<String> names, Set<String> addresses) {

    static ServedNames of(Collection<Subject> subjects) {
      ServedNames site =
          new ServedNames(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
      for (Subject subject : subjects) {
        switch (subject) {
          case Subject.Ip ip -> site.addresses.add(ip.address().urlHost());
          case Subject.Dns dns -> site.add(dns.name().text());
          case Subject.Wildcard _ -> {} // Proven by DNS-01, with no web server in the way.
        }
      }
      return site;
    }

    private void add(String name) {
      int dot = name.indexOf('.');
      if (dot > 0 && !MagicName.parse(name.substring(0, dot)).isEmpty()) {
        zones.add(name.substring(dot + 1));
      } else {
        names.add(name);
      }
    }

    /** All of them, with a pattern for the magic names of a zone. */
    List<String> hosts(String anyName) {
      List<String> hosts = new ArrayList<>();
      zones.forEach(zone -> hosts.add(anyName + "." + zone));
      hosts.addAll(names);
      return hosts;
    }
  }
}
