/** TXT records of DNS-01 challenges: answered for here, for as long as an order takes. */
@NullMarked
package dev.v6cert.dns.publish;

import org.jspecify.annotations.NullMarked;
