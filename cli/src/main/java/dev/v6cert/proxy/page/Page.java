package dev.v6cert.proxy.page;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

/**
 * A page for a person, or plain text for a program. It is complete in itself: nothing else is
 * loaded for it.
 *
 * @param status the status of the response
 * @param title the event in a few words
 * @param text why, and what to do
 * @param reloads whether a browser is to try again by itself
 */
public record Page(int status, String title, String text, boolean reloads) {

  private static final HttpString CONTENT_SECURITY_POLICY =
      new HttpString("Content-Security-Policy");
  private static final HttpString REFERRER_POLICY = new HttpString("Referrer-Policy");
  private static final HttpString ROBOTS = new HttpString("X-Robots-Tag");

  /** The most of a request's body that is read after the page has been sent. */
  private static final long MAX_UNREAD = 64 * 1024L;

  public Page(int status, String title, String text) {
    this(status, title, text, false);
  }

  /** Answers the request with the page. */
  public void send(HttpServerExchange exchange) {
    String accept = exchange.getRequestHeaders().getFirst(Headers.ACCEPT);
    boolean html = accept != null && accept.contains("text/html");
    exchange.setStatusCode(status);
    exchange
        .getResponseHeaders()
        .put(Headers.CONTENT_TYPE, html ? "text/html; charset=utf-8" : "text/plain; charset=utf-8")
        .put(Headers.CACHE_CONTROL, "no-store")
        .put(ROBOTS, "noindex")
        .put(REFERRER_POLICY, "no-referrer")
        .put(CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'");
    if (!exchange.isRequestComplete()) {
      exchange.setPersistent(false);
      exchange.setMaxEntitySize(MAX_UNREAD);
    }
    exchange.getResponseSender().send(html ? html() : title + "\n" + text + "\n");
  }

  private String html() {
    return "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width\">"
        + (reloads ? "<meta http-equiv=\"refresh\" content=\"1\">" : "")
        + "<title>"
        + escaped(title)
        + "</title><style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;"
        + "margin:15vh auto;padding:0 1.5rem;color:#222;background:#fff}h1{font-size:1.4rem}"
        + "@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}}"
        + "p{white-space:pre-line}</style></head><body><h1>"
        + escaped(title)
        + "</h1><p>"
        + escaped(text)
        + "</p></body></html>\n";
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
