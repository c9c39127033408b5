package dev.v6cert.proxy.gate;

import io.undertow.server.HttpServerExchange;

/**
 * Decides who may come in. It is asked once for each request, WebSocket handshakes included, on an
 * I/O thread, before anything of the request goes to a server behind; so it must not wait.
 *
 * <p>It takes what is its own, such as its cookie, out of the request: nothing of it reaches the
 * server behind.
 */
public sealed interface Gate permits OpenGate, TokenGate, NetworkGate, PasswordGate {

  /** Decides on a request. */
  Verdict check(HttpServerExchange exchange);

  /** The decision on a request. */
  sealed interface Verdict {

    /** It goes on. */
    record Pass() implements Verdict {}

    /**
     * The client gets a cookie and is sent to the same address without the token.
     *
     * @param location path and query
     * @param cookie the value of Set-Cookie
     */
    record Enter(String location, String cookie) implements Verdict {}

    /**
     * It ends here.
     *
     * @param why a sentence for the person
     */
    record Refused(String why) implements Verdict {}

    /** The client is asked for a name and a password. */
    record AskPassword() implements Verdict {}
  }
}
