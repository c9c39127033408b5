/** Dynamic updates of records (RFC 2136), signed by TSIG (RFC 8945): taken and sent. */
@NullMarked
package dev.v6cert.dns.update;

import org.jspecify.annotations.NullMarked;
