/** DNS-01: the places where a challenge's TXT records are published. */
@NullMarked
package dev.v6cert.cli.dns;

import org.jspecify.annotations.NullMarked;
