/** The accounts with authorities: on disk, and what is done with them. */
@NullMarked
package dev.v6cert.acme.account;

import org.jspecify.annotations.NullMarked;
