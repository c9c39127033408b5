/** Hooks: shell commands of the owner's that are run around and after an issuance. */
@NullMarked
package dev.v6cert.acme.hook;

import org.jspecify.annotations.NullMarked;
