/** The DNS as a client sees it: what resolvers and the name servers of a zone say. */
@NullMarked
package dev.v6cert.dns.lookup;

import org.jspecify.annotations.NullMarked;
