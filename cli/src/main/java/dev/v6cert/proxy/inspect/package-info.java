/** Shows the requests of a proxy on a page for this machine alone, and sends them again. */
@NullMarked
package dev.v6cert.proxy.inspect;

import org.jspecify.annotations.NullMarked;
