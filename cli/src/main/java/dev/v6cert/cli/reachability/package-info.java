/**
 * The way from the Internet to the responder: holes in filters and routers, and ports mapped here.
 */
@NullMarked
package dev.v6cert.cli.reachability;

import org.jspecify.annotations.NullMarked;
