/** Hand-made DNS packets, and a server and clients on real sockets to try them on. */
@NullMarked
package dev.v6cert.dns.testing;

import org.jspecify.annotations.NullMarked;
