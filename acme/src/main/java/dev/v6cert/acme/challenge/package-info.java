/** Challenges: showing an authority that a name or address is ours. */
@NullMarked
package dev.v6cert.acme.challenge;

import org.jspecify.annotations.NullMarked;
