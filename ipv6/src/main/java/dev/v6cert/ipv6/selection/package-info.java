/** Ranks the addresses of this machine and selects the one that others should use. */
@NullMarked
package dev.v6cert.ipv6.selection;

import org.jspecify.annotations.NullMarked;
