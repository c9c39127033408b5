package dev.v6cert.proxy.upstream;

import java.io.IOException;

/** A failure of the server behind, by which a request got no answer or no whole one. */
final class UpstreamFault extends IOException {

  private static final long serialVersionUID = 1L;

  UpstreamFault(String message) {
    super(message);
  }
}
