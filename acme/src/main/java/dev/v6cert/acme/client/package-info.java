/** Sessions with an authority: acme4j, with waiting, retries, trust and failures of our own. */
@NullMarked
package dev.v6cert.acme.client;

import org.jspecify.annotations.NullMarked;
