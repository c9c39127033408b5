/** The rules of what is not answered, and the limits that keep one client from harming others. */
@NullMarked
package dev.v6cert.dns.guard;

import org.jspecify.annotations.NullMarked;
