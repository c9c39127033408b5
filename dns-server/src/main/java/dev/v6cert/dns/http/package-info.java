/** The HTTP API by which clients of hosted DNS-01 register and set their records. */
@NullMarked
package dev.v6cert.dns.http;

import org.jspecify.annotations.NullMarked;
