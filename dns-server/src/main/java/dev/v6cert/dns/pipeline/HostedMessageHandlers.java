package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.transport.HostedMessageHandler;
import dev.v6cert.dns.tsig.TsigKeys;

/**
 * The handlers of messages that only a hosted zone answers.
 *
 * @param updates answers messages that change the zone
 * @param transfers answers secondaries
 * @param keys the keys of both, by which any query may be signed
 */
public record HostedMessageHandlers(
    HostedMessageHandler updates, HostedMessageHandler transfers, TsigKeys keys) {
  /** Without a hosted zone. */
  public static final HostedMessageHandlers NONE =
      new HostedMessageHandlers(
          HostedMessageHandler.NONE, HostedMessageHandler.NONE, TsigKeys.NONE);
}
