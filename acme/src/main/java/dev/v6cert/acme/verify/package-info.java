/** Which certificate a TLS server shows: whether a new one has been taken up. */
@NullMarked
package dev.v6cert.acme.verify;

import org.jspecify.annotations.NullMarked;
