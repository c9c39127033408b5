/** Reads the files of a server within limits, and reports what is wrong with them by line. */
@NullMarked
package dev.v6cert.dns.file;

import org.jspecify.annotations.NullMarked;
