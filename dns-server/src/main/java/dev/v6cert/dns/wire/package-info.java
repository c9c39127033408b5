/** DNS messages as octets: queries read strictly, responses written and truncated. */
@NullMarked
package dev.v6cert.dns.wire;

import org.jspecify.annotations.NullMarked;
