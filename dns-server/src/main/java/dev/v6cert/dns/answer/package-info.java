/** What the zones of a server answer: magic names, static records, delegations, reverse names. */
@NullMarked
package dev.v6cert.dns.answer;

import org.jspecify.annotations.NullMarked;
