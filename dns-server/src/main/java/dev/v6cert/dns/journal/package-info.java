/** Hosted DNS-01 on disk: accounts and records in a journal of one server. */
@NullMarked
package dev.v6cert.dns.journal;

import org.jspecify.annotations.NullMarked;
