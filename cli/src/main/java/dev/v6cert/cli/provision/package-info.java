/** Gets a certificate: the address, the name, the plan and the attempts; shared by the commands. */
@NullMarked
package dev.v6cert.cli.provision;

import org.jspecify.annotations.NullMarked;
