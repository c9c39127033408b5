/** Decides which lineages are due and renews them; on the JDK alone while nothing is due. */
@NullMarked
package dev.v6cert.acme.renew;

import org.jspecify.annotations.NullMarked;
