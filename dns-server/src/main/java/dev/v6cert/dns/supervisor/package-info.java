/** What whoever started this process, and watches over it, is told. */
@NullMarked
package dev.v6cert.dns.supervisor;

import org.jspecify.annotations.NullMarked;
