/** Runs the ACME server of the local CA, and shows peers what they need to use it. */
@NullMarked
package dev.v6cert.cli.localca;

import org.jspecify.annotations.NullMarked;
