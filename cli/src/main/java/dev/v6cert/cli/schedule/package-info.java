/** Regular renewals: a timer of systemd, or a line for cron. */
@NullMarked
package dev.v6cert.cli.schedule;

import org.jspecify.annotations.NullMarked;
