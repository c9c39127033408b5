/** Hosted accounts and records as octets: in memory, in the journal and in a database. */
@NullMarked
package dev.v6cert.dns.content;

import org.jspecify.annotations.NullMarked;
