/** Shows the progress of an issuance or a deployment. */
@NullMarked
package dev.v6cert.cli.progress;

import org.jspecify.annotations.NullMarked;
