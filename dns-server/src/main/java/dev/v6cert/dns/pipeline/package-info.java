/**
 * The general path of a query: four stages, which take all that the fast path leaves.
 *
 * <pre>
 *   octets ─► read ───────► guard ──────► answer ────────► write ─► octets
 *             QueryReader   QueryGuard    QueryAnswerer    ReplyWriter
 *             (wire)        cookie, rate  zones, identity  options, size
 *               │             │
 *               └─ silence    └─ silence, or "come back over TCP"
 * </pre>
 */
@NullMarked
package dev.v6cert.dns.pipeline;

import org.jspecify.annotations.NullMarked;
