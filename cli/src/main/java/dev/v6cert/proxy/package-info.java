/** An HTTPS front for servers on this machine: gate, routes, certificates that can be swapped. */
@NullMarked
package dev.v6cert.proxy;

import org.jspecify.annotations.NullMarked;
