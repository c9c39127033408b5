/** Reads the addresses of this machine from the kernel, from system commands or from the JDK. */
@NullMarked
package dev.v6cert.ipv6.detect;

import org.jspecify.annotations.NullMarked;
