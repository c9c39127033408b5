/** The certificate that settings ask for: its address, names, lineage, and how it is proven. */
@NullMarked
package dev.v6cert.cli.plan;

import org.jspecify.annotations.NullMarked;
