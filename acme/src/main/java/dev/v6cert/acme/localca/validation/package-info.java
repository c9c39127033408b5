/**
 * The proof that a peer controls what it asks for, by connections to that peer and to nobody else.
 */
@NullMarked
package dev.v6cert.acme.localca.validation;

import org.jspecify.annotations.NullMarked;
