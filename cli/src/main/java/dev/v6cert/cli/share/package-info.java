/** The page by which phones and other machines of the local network get the local CA's root. */
@NullMarked
package dev.v6cert.cli.share;

import org.jspecify.annotations.NullMarked;
