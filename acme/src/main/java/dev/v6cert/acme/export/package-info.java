/** Exports a certificate with its key to one file. */
@NullMarked
package dev.v6cert.acme.export;

import org.jspecify.annotations.NullMarked;
