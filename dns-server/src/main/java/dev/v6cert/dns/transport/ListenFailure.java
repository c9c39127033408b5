package dev.v6cert.dns.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Locale;

/** A listening socket could not be opened. */
public final class ListenFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** The reason. */
  public enum Reason {
    /** Another process holds the port. */
    ADDRESS_IN_USE,
    /** The port is below 1024 and the process has no privilege to bind it. */
    PERMISSION_DENIED,
    /** The machine does not have this address. */
    ADDRESS_NOT_AVAILABLE,
    /** The machine has no such protocol, for example no IPv6. */
    NO_SUCH_PROTOCOL,
    /** Something else; the cause says what. */
    OTHER
  }

  /** The purpose of a socket. */
  public enum Purpose {
    /** To answer DNS queries. */
    QUERIES,
    /** To serve metrics. */
    METRICS,
    /** To serve the HTTP API of hosted DNS-01. */
    API
  }

  private final Purpose purpose;
  private final InetSocketAddress address;
  private final Transport transport;
  private final Reason reason;

  /** The failure to listen on {@code address}. */
  public ListenFailure(
      Purpose purpose, InetSocketAddress address, Transport transport, IOException cause) {
    super("cannot listen on " + transport + " " + address + ": " + cause.getMessage(), cause);
    this.purpose = purpose;
    this.address = address;
    this.transport = transport;
    this.reason = reason(cause);
  }

  private static Reason reason(IOException cause) {
    // The JDK hands on the text of strerror(3), and nothing else to tell these apart.
    String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (cause.getCause() instanceof UnsupportedOperationException
        || text.contains("protocol family")
        || text.contains("not supported")) {
      return Reason.NO_SUCH_PROTOCOL;
    }
    if (!(cause instanceof BindException)) {
      return text.contains("permission denied") ? Reason.PERMISSION_DENIED : Reason.OTHER;
    }
    if (text.contains("in use")) {
      return Reason.ADDRESS_IN_USE;
    }
    if (text.contains("permission denied")) {
      return Reason.PERMISSION_DENIED;
    }
    return text.contains("assign") || text.contains("not available")
        ? Reason.ADDRESS_NOT_AVAILABLE
        : Reason.OTHER;
  }

  /** The purpose of the socket. */
  public Purpose purpose() {
    return purpose;
  }

  /** The address that was asked for. */
  public InetSocketAddress address() {
    return address;
  }

  /** The protocol that was to listen there. */
  public Transport transport() {
    return transport;
  }

  /** The reason. */
  public Reason reason() {
    return reason;
  }
}
