/** What is not answered, and what keeps one client from harming the others. */
@NullMarked
package dev.v6cert.dns.guard;

import org.jspecify.annotations.NullMarked;
