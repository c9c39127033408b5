/** The TXT records that prove a name to an authority: their names, values and places. */
@NullMarked
package dev.v6cert.acme.challenge.dns;

import org.jspecify.annotations.NullMarked;
