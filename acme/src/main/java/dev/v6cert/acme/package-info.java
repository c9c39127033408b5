/**
 * Certificates by ACME (RFC 8555): the vocabulary. What can be asked for, what happens meanwhile,
 * and what can go wrong; the packages below do it. Everything here uses the JDK alone.
 */
@NullMarked
package dev.v6cert.acme;

import org.jspecify.annotations.NullMarked;
