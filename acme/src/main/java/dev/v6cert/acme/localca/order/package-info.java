/**
 * The accounts, orders and certificates of the peers of a local authority, in memory and in files.
 *
 * <pre>
 *   Each change is one rename of one file, done before it is acknowledged: a server that is killed
 *   goes on where it was.
 *
 *   Below the state directory, for one server at a time:
 *   local-ca/acme/accounts/ID.properties    one account
 *   local-ca/acme/orders/ID.properties      one order with its authorizations and its certificate
 *   local-ca/acme/credentials.properties    what a peer needs to open an account
 * </pre>
 */
@NullMarked
package dev.v6cert.acme.localca.order;

import org.jspecify.annotations.NullMarked;
