/** What a zone answers: its apex, the addresses in its names, and nothing else. */
@NullMarked
package dev.v6cert.dns.answer;

import org.jspecify.annotations.NullMarked;
