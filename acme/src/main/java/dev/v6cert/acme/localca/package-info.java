/**
 * The certificate authority of this machine: it signs private names and addresses only, on every
 * client, as its root and its intermediate carry the same critical name constraints.
 *
 * <pre>
 *   root           EC P-256, 10 years; its key exists only while the intermediate is signed
 *    └ intermediate   the same constraints (Java ignores those of a root), the same end
 *       └ leaf        90 days; subject alternative names only
 *
 *   Files below the state directory, changed under its lock only:
 *   local-ca/authority.properties   the intermediate's key, the intermediate, the root
 *   local-ca/root.pem               a copy of the root, for people and trust stores
 * </pre>
 */
@NullMarked
package dev.v6cert.acme.localca;

import org.jspecify.annotations.NullMarked;
