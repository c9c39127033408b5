/** Secondary servers of the hosted zone: told of changes, and given its records. */
@NullMarked
package dev.v6cert.dns.transfer;

import org.jspecify.annotations.NullMarked;
