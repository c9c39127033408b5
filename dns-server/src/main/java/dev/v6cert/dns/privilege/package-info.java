/** Giving up the rights of root once the ports are bound. */
@NullMarked
package dev.v6cert.dns.privilege;

import org.jspecify.annotations.NullMarked;
