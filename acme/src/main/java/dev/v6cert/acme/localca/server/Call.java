package dev.v6cert.acme.localca.server;

import java.net.InetAddress;

/**
 * A request by HTTP.
 *
 * @param method in capitals
 * @param host the server as the peer calls it: a name or address, perhaps with a port
 * @param path as it was sent
 * @param body its content, empty for those without
 * @param type the media type of the content
 * @param peer the address that it came from
 */
record Call(String method, String host, String path, String body, String type, InetAddress peer) {

  private static final String ROOT = "/acme/";

  /** The address that it was sent to. */
  String url() {
    return "https://" + host + path;
  }

  /** The address of another resource, by the same name of the server. */
  String url(String resource) {
    return "https://" + host + ROOT + resource;
  }

  /** The path of a resource of a server, whatever the server is called; or the whole text. */
  static String resource(String url) {
    int root = url.indexOf(ROOT);
    return root < 0 ? url : url.substring(root + ROOT.length());
  }
}
