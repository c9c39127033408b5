/** Hooks: the owner's shell commands, run around and after an issuance. */
@NullMarked
package dev.v6cert.acme.hook;

import org.jspecify.annotations.NullMarked;
