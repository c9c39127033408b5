/** Lineages on disk: a certificate, its renewals, its hooks and the issuance that is under way. */
@NullMarked
package dev.v6cert.acme.lineage;

import org.jspecify.annotations.NullMarked;
