package dev.v6cert.acme;

import java.net.URI;
import java.util.List;

/**
 * An account as its authority has it (RFC 8555 section 7.1.2).
 *
 * @param url where it is
 * @param status {@code valid}, {@code deactivated} or {@code revoked}
 * @param contacts where the authority may write to; many authorities keep none
 */
public record AccountDetails(URI url, String status, List<URI> contacts) {

  /** Copies the contacts. */
  public AccountDetails {
    contacts = List.copyOf(contacts);
  }
}
