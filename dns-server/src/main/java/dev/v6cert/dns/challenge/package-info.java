/** Hosted DNS-01: accounts and records that clients set, kept on disk and answered from memory. */
@NullMarked
package dev.v6cert.dns.challenge;

import org.jspecify.annotations.NullMarked;
