/** Shows how an issuance or a deployment goes. */
@NullMarked
package dev.v6cert.cli.progress;

import org.jspecify.annotations.NullMarked;
