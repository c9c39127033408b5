package dev.v6cert.dns.http;

import java.util.Map;

/**
 * A reply of the API.
 *
 * @param status the HTTP status
 * @param body its JSON text; empty for none
 * @param retrySeconds the time after which the client may try again; 0 where it does not matter
 */
record ApiReply(int status, String body, int retrySeconds) {

  static ApiReply of(int status, Object json) {
    return new ApiReply(status, JsonText.of(json), 0);
  }

  static ApiReply empty(int status) {
    return new ApiReply(status, "", 0);
  }

  static ApiReply error(int status, String code) {
    return of(status, Map.of("error", code));
  }

  static ApiReply later(int status, String code, int seconds) {
    return new ApiReply(status, JsonText.of(Map.of("error", code)), seconds);
  }
}
