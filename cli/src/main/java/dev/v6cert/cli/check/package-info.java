/** What is looked at before a certificate is asked for, and what was found. */
@NullMarked
package dev.v6cert.cli.check;

import org.jspecify.annotations.NullMarked;
