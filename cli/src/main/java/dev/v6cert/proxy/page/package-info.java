/** The pages that the proxy itself answers with, and the servers of them. */
@NullMarked
package dev.v6cert.proxy.page;

import org.jspecify.annotations.NullMarked;
