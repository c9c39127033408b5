/**
 * Renewal: which lineages are due, and what is done about them. Uses the JDK alone; what it takes
 * to issue is loaded only when something is due.
 */
@NullMarked
package dev.v6cert.acme.renew;

import org.jspecify.annotations.NullMarked;
