/** Decides who may come in: certificates are public within seconds, and scanners follow them. */
@NullMarked
package dev.v6cert.proxy.gate;

import org.jspecify.annotations.NullMarked;
