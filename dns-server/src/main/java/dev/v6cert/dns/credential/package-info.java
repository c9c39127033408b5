/** Keys of accounts, in forms that do not tell them. */
@NullMarked
package dev.v6cert.dns.credential;

import org.jspecify.annotations.NullMarked;
