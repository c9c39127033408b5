/** The connections that the proxy may have open at a time. */
@NullMarked
package dev.v6cert.proxy.limit;

import org.jspecify.annotations.NullMarked;
