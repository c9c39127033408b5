/** Asks a TLS server for its certificate, to see whether it uses the new one. */
@NullMarked
package dev.v6cert.acme.verify;

import org.jspecify.annotations.NullMarked;
