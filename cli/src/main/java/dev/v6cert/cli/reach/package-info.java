/** The way from the Internet to the responder: holes in the router, and ports that it maps here. */
@NullMarked
package dev.v6cert.cli.reach;

import org.jspecify.annotations.NullMarked;
