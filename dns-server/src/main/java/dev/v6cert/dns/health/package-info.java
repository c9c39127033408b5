/** Tells whether every listener of a running server still answers. */
@NullMarked
package dev.v6cert.dns.health;

import org.jspecify.annotations.NullMarked;
