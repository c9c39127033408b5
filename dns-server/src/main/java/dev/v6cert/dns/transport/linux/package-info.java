/** The native UDP sockets of Linux, which move many datagrams in one system call. */
@NullMarked
package dev.v6cert.dns.transport.linux;

import org.jspecify.annotations.NullMarked;
