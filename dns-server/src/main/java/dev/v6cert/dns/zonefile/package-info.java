/** Reads zone files: the static records and delegations of a zone. */
@NullMarked
package dev.v6cert.dns.zonefile;

import org.jspecify.annotations.NullMarked;
