/** Notices to the service manager that started this process and watches over it. */
@NullMarked
package dev.v6cert.dns.supervisor;

import org.jspecify.annotations.NullMarked;
