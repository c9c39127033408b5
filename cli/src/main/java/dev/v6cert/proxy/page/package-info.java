/** The pages that the proxy itself answers with. */
@NullMarked
package dev.v6cert.proxy.page;

import org.jspecify.annotations.NullMarked;
