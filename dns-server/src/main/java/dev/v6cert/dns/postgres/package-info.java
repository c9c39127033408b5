/** Hosted DNS-01 in PostgreSQL: accounts and records that several servers share. */
@NullMarked
package dev.v6cert.dns.postgres;

import org.jspecify.annotations.NullMarked;
