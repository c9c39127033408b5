/** The commands of the DNS server. */
@NullMarked
package dev.v6cert.cli.command.dns;

import org.jspecify.annotations.NullMarked;
