/** Has the JVM compile the code of a query before the first client asks. */
@NullMarked
package dev.v6cert.dns.warmup;

import org.jspecify.annotations.NullMarked;
