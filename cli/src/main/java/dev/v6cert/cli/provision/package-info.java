/**
 * Gets the planned certificate: looks, waits, orders, runs hooks, renews; shared by the commands.
 */
@NullMarked
package dev.v6cert.cli.provision;

import org.jspecify.annotations.NullMarked;
