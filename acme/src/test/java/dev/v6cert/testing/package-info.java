/** Real parts for tests, shared by the modules: Pebble, authorities, and what runs with them. */
@NullMarked
package dev.v6cert.testing;

import org.jspecify.annotations.NullMarked;
