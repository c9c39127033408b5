package dev.v6cert.proxy;

/**
 * One request that has ended.
 *
 * @param method such as GET
 * @param path with its query, without the gate's token
 * @param status of the response
 * @param nanos from the head of the request to the end of the response
 */
public record Traffic(String method, String path, int status, long nanos) {

  /** Hears of each request, on an I/O thread; it must not wait. */
  @FunctionalInterface
  public interface Listener {
    void ended(Traffic traffic);
  }
}
