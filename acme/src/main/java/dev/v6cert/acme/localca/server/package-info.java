/**
 * The ACME server of a local authority (RFC 8555, RFC 8738, RFC 9773), for peers on the LAN.
 *
 * <pre>
 *   LocalAcmeServer      sockets, TLS, one server for a state directory
 *    └ RequestHandler       who may ask, and how much
 *       └ Resources            path → resource, one reply, never a fault
 *          ├ JwsReader            signature, nonce, URL, account
 *          └ AccountResource, OrderResource, RenewalInfo
 * </pre>
 */
@NullMarked
package dev.v6cert.acme.localca.server;

import org.jspecify.annotations.NullMarked;
