/** Reports lineages, renewals and checks, as lines or as JSON. */
@NullMarked
package dev.v6cert.cli.report;

import org.jspecify.annotations.NullMarked;
