/** The answers of a server's zones: magic names, static records, delegations, reverse names. */
@NullMarked
package dev.v6cert.dns.answer;

import org.jspecify.annotations.NullMarked;
