/** Deployment of a certificate: runs the hooks of a lineage and checks what its server shows. */
@NullMarked
package dev.v6cert.acme.deploy;

import org.jspecify.annotations.NullMarked;
