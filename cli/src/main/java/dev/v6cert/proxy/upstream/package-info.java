/** Hands requests on to a server by HTTP/1.1, on the I/O threads of the front. */
@NullMarked
package dev.v6cert.proxy.upstream;

import org.jspecify.annotations.NullMarked;
