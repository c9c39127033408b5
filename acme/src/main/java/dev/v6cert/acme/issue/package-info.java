/** Issuance: from a request to a certificate in the store. */
@NullMarked
package dev.v6cert.acme.issue;

import org.jspecify.annotations.NullMarked;
