/** Real parts for tests, shared by every module: network namespaces and what runs in them. */
@NullMarked
package dev.v6cert.testing;

import org.jspecify.annotations.NullMarked;
